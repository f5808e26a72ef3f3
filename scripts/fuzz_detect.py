"""検知の無作為な試験: any string through read, detect, decide, redact and restore, guided by what it reaches (atheris).

usage: fuzz_detect.py [libFuzzer options, as -max_total_time=600] [CORPUS_DIR]

atheris is a tool of its own (``pip install atheris``), no dependency of this project. What must hold of any string: no
exception, spans sorted and disjoint inside the text, and what was redacted comes back where nothing is irreversible.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["ai_gov.text", "ai_gov.detect", "ai_gov.redact", "ai_gov.identifiers"]):
    from ai_gov import wiring
    from ai_gov.model import Action
    from ai_gov.service.inspector import Inspector

FRAGMENTS = (
    *("宛名番号 00123456", "氏名,住所,電話\n山田 太郎,さくら市本町1-2-3,080-1234-5678\n", "個人番号 1234-5678-9018"),
    *(
        "〔氏名1〕",
        "〔氏名1・姓〕",
        "［氏名１］",
        "ﾔﾏﾀﾞ ﾀﾛｳ様",
        "山田さん",
        "昭和55年12月1日生",
        "\u200b",
        "\u202e",
        "\ud800",
    ),
    *(
        "①②③④⑤⑥⑦⑧⑨⓪①⑧",
        "一二三四五六七八九〇一八",
        "０９０−１２３４−５６７８",
        "㈱",
        "か\u3099",
        "\U000e0100",
        "\r\n",
        "\t",
    ),
    *(
        "password=Kx82hsP1",
        "10.1.2.3",
        "| No | 氏名 |\n|---|---|\n",
        "予定価格 12,340,000円 開札は来週",
        "〔",
        "〕",
        "・",
    ),
)
_inspector: Inspector | None = None


def text_of(data: bytes) -> str:
    """A string made of known fragments and of any code points."""
    provider = atheris.FuzzedDataProvider(data)
    pieces = []
    while provider.remaining_bytes() > 2:
        if provider.ConsumeBool():
            pieces.append(FRAGMENTS[provider.ConsumeIntInRange(0, len(FRAGMENTS) - 1)])
        else:
            pieces.append(provider.ConsumeUnicode(provider.ConsumeIntInRange(1, 24)))
    return "".join(pieces)


def holds(inspector: Inspector, text: str) -> None:
    """Raise AssertionError where something does not hold of a text."""
    seen = inspector.inspect(text)
    done = 0
    for entity in seen.entities:
        assert done <= entity.start < entity.end <= len(text)
        done = entity.end
    if seen.action is Action.REDACT and not any(entity.irreversible for entity in seen.entities):
        assert inspector.restore(seen.redacted, seen) == text


def one(data: bytes) -> None:
    """One run of the fuzzer."""
    global _inspector  # noqa: PLW0603 - built once a process
    if _inspector is None:
        _inspector = wiring.inspector(None)
    holds(_inspector, text_of(data))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
