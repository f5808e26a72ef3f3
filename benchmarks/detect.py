"""How fast a text is inspected: ours, GiNZA (ner only) and Presidio over GiNZA, in turn, in one process on one core.

Processor time is counted, so that what else the machine does weighs little. Ours is the whole inspection (read, detect,
decide, redact); the others only find. Texts are the project's own corpus. Run: make bench
"""

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

from texts import text as municipal

import ai_gov
from ai_gov.corpus import load_corpus

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus" / "tuning.marked.jsonl"
ROUNDS = 3
FOR_PEERS = 2500  # characters a round for those that read 2,500 a second
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ADVERSARIAL = 100_000
TRIAL = 5_000  # what is slow at this length is not tried at the full one
TOO_SLOW = 5
START = """
import time
begun = time.perf_counter()
import ai_gov
ai_gov.inspector().inspect("山田太郎さん（080-1234-5678）への案内文を作ってください。")
with open("/proc/self/status") as status:  # ru_maxrss would be the parent's, which has GiNZA loaded
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
print(time.perf_counter() - begun, time.process_time(), peak)
"""
PIECES = {
    "あ": "あ",
    "漢": "漢",
    "a": "a",
    "空白": " ",
    "改行": "\n",
    "数字": "1",
    "数字と空白": "1 ",
    "漢数字": "一",
    "丸数字": "①",
    "姓": "山田",
    "氏名": "山田太郎様、",
    "氏名の行": "山田 太郎\n",
    "括弧": "（",
    "括弧と閉じ": "【】",
    "伏せ字の形": "〔氏名1〕",
    "ゼロ幅": "\u200b",
    "ゼロ幅と漢字": "\u200b山",
    "半角カナ": "ｶﾞ",
    "結合文字": "か\u3099",
    "長音": "ー",
    "ハイフン": "-",
    "番地": "町1-",
    "丁目": "一丁目",
    "表": "番号,氏名\n",
    "縦線": "|a",
    "メール": "a@b.",
    "ラテン文字": "Aa ",
    "右から左": "\u202eあ",
    "異体字": "邉\U000e0100",
    "公表前": "まだ公表前",
    "代理": "\ud800",
}


def cpu(work):
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def prompts():
    return [item.text for item in load_corpus(CORPUS.read_text("utf-8").splitlines(), CORPUS.name)]


def some(texts, characters, turn):
    """Whole texts of about so many characters, others at each turn."""
    out, size = [], 0
    while size < characters:
        out.append(texts[(turn * 7 + len(out)) % len(texts)])
        size += len(out[-1])
    return out


def peers():
    """GiNZA with its entity recogniser alone, and stock Presidio over it."""
    import spacy  # noqa: PLC0415 - two seconds of import that ours does without
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415

    full = spacy.load("ja_ginza")
    needless = [name for name in full.pipe_names if name not in {"tok2vec", "transformer", "ner"}]
    ginza = spacy.load("ja_ginza", exclude=needless)
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "ja", "model_name": "ja_ginza"}]}
    )
    presidio = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["ja"])
    return {
        "GiNZA（ner のみ）": lambda text: [(ent.text, ent.label_) for ent in ginza(text).ents],
        "Presidio＋GiNZA": lambda text: presidio.analyze(text, language="ja"),
    }


def compare(inspect, texts):
    """Characters a second of each, the rounds interleaved."""
    rivals = peers()
    for find in (inspect, *rivals.values()):
        find(texts[0])
    speeds = {name: [] for name in ("ai_gov", *rivals)}
    for turn in range(ROUNDS):
        for name, find in (("ai_gov", inspect), *rivals.items()):
            own = texts if name == "ai_gov" else some(texts, FOR_PEERS, turn)
            taken = cpu(lambda find=find, own=own: [find(text) for text in own])
            speeds[name].append(sum(map(len, own)) / taken)
    return {name: statistics.median(found) for name, found in speeds.items()}


def ordinary(texts, size):
    joined = "\n\n".join(texts)
    while len(joined) < size:
        joined += "\n\n" + joined
    return joined[:size]


def seconds(inspect, text, tries):
    return min(cpu(lambda: inspect(text)) for _ in range(tries))


def against(inspect, piece, usual):
    """How many times as long as for ordinary text of the same length."""
    for size in (TRIAL, ADVERSARIAL):
        repeated = (piece * (size // len(piece) + 1))[:size]
        ratio = seconds(inspect, repeated, 1) / usual[size]
        if ratio > TOO_SLOW:
            break
    return ratio


def start_up():
    found = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, cwd=ROOT)
        found.append(tuple(map(float, done.stdout.split())))
    return min(found)


def measure(*, with_peers):
    inspector = ai_gov.inspector()
    texts = prompts()
    for text in texts[:20]:
        inspector.inspect(text)
    result = {"machine": f"{platform.machine()} {platform.system()} Python {platform.python_version()}"}
    if with_peers:
        result["characters_per_second"] = compare(inspector.inspect, texts)
    result["per_size"] = {
        size: size / seconds(inspector.inspect, ordinary(texts, size), 3 if size < SIZES[-1] else 1) for size in SIZES
    }
    result["plain"] = ADVERSARIAL / seconds(inspector.inspect, municipal(ADVERSARIAL, names=False), 2)
    usual = {size: seconds(inspector.inspect, ordinary(texts, size), 2) for size in (TRIAL, ADVERSARIAL)}
    result["adversarial"] = {name: against(inspector.inspect, piece, usual) for name, piece in PIECES.items()}
    wall, processor, memory = start_up()
    result |= {"start_wall": wall, "start_cpu": processor, "memory_mib": memory}
    return result


def show(result):
    print(f"検査の速度（{result['machine']}、1コア、CPU時間）\n")
    if speeds := result.get("characters_per_second"):
        base = speeds["GiNZA（ner のみ）"]
        print("| 方式 | 文字/秒 | GiNZA との比 |\n| --- | --- | --- |")
        for name, speed in speeds.items():
            print(f"| {name} | {speed:,.0f} | {speed / base:.1f} 倍 |")
    print("\n| 1件の文字数 | 文字/秒 |\n| --- | --- |")
    for size, speed in result["per_size"].items():
        print(f"| {int(size):,} | {speed:,.0f} |")
    print(f"\n個人情報のない文章（100,000文字）: {result['plain']:,.0f} 文字/秒")
    worst = sorted(result["adversarial"].items(), key=lambda item: -item[1])
    print("\n意地の悪い入力（100,000文字、同じ長さの普通の文章の何倍かかるか）:")
    print("、".join(f"{name} {ratio:.2f}" for name, ratio in worst))
    print(
        f"\n起動から最初の検査まで: {result['start_wall']:.2f} 秒（うちCPU {result['start_cpu']:.2f} 秒）。"
        f"常駐メモリ {result['memory_mib']:.0f} MiB"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="数値を JSON で出します。")
    parser.add_argument("--no-peers", action="store_true", help="GiNZA と Presidio を測りません。")
    wanted = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    warnings.simplefilter("ignore")
    result = measure(with_peers=not wanted.no_peers)
    if wanted.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        show(result)


if __name__ == "__main__":
    main()
