"""What the gateway costs: the same requests to a service, to a bare relay before it and to ai_gov before it, in turn.

Everything runs on loopback, each server in a process of its own. Rounds are interleaved and medians compared, so that
whatever else the machine does weighs on all alike. Run: make bench
"""

import argparse
import contextlib
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers
from staff import register
from texts import text

HERE = Path(__file__).resolve().parent
ROUNDS = 3
LENGTHS = (500, 8000)
SLOW = 8
"""Requests a round to a peer that takes seconds for each."""

slow = set()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def server(command, port, **env):
    dropped = ("AI_GOV_", "LANGSMITH", "LANGCHAIN", "PYTHONDONTWRITEBYTECODE")  # the last slows a peer by 5 ms
    clean = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**clean, **env}, stdout=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.perf_counter() - started > 180:
                raise SystemExit(f"did not start: {command}")
            time.sleep(0.01)
        yield process, started
    finally:
        process.terminate()
        process.wait(30)


def load(port, key, body, count, concurrency=1):
    job = {"port": port, "key": key, "body": json.dumps(body, ensure_ascii=False)}
    job |= {"count": count, "concurrency": concurrency}
    command = [sys.executable, HERE / "load.py"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout)


def asked(length, *, names, stream=False):
    body = {"model": "default", "messages": [{"role": "user", "content": text(length, names=names)}]}
    return {**body, "stream": True} if stream else body


def rss(process):
    """Resident memory in MiB, now and at most."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    values = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return int(values["VmRSS"]) / 1024, int(values["VmHWM"]) / 1024


def p(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def latency(targets, body, count, which="whole"):
    """p50 and p99 of each target: all times of p99, medians of the rounds of p50."""
    times = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, (port, key) in targets.items():
            times[name].append(load(port, key, body, min(count, SLOW) if name in slow else count)[which])
    out = {}
    for name, rounds in times.items():
        out[name] = (statistics.median(map(statistics.median, rounds)), p([t for r in rounds for t in r], 0.99))
    return out


def throughput(targets, body, count):
    rates = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, (port, key) in targets.items():
            sent = min(count, SLOW) if name in slow else count
            rates[name].append(sent / load(port, key, body, sent, 32)["seconds"])
    return {name: statistics.median(values) for name, values in rates.items()}


def added(title, found):
    base = found["直接"]
    cells = [f"{base[0]:.1f}"]
    cells += [f"+{p50 - base[0]:.1f} / +{p99 - base[1]:.1f}" for name, (p50, p99) in found.items() if name != "直接"]
    print(f"| {title} | {' | '.join(cells)} |", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--profile", help="ai_gov の cProfile をこのファイルに書きます")
    options.add_argument("--peers", help="LiteLLM と Presidio の入った仮想環境（make bench-peers が作ります）")
    given = options.parse_args()
    ports = {name: free_port() for name in ("mock", "proxy", "ours", "litellm", "presidio", "guarded")}
    upstream = f"http://127.0.0.1:{ports['mock']}/v1"
    servers = [sys.executable, str(HERE / "servers.py")]
    cli = [
        sys.executable,
        *(["-m", "cProfile", "-o", given.profile] if given.profile else []),
        str(Path(sys.executable).with_name("ai-gov")),
    ]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        key = register(Path(folder))
        stack.enter_context(server([*servers, str(ports["mock"])], ports["mock"]))
        relay, _ = stack.enter_context(server([*servers, str(ports["proxy"]), upstream], ports["proxy"]))
        env = {"AI_GOV_DATA_DIR": folder, "AI_GOV_PORT": str(ports["ours"]), "AI_GOV_UPSTREAM_BASE_URL": upstream}
        ours, started = stack.enter_context(server([*cli, "serve"], ports["ours"], **env))
        targets = {"直接": (ports["mock"], "x"), "素通しの中継": (ports["proxy"], "x"), "ai_gov": (ports["ours"], key)}
        load(ports["ours"], key, asked(100, names=False), 1)
        first_answer = time.perf_counter() - started
        processes = {"素通しの中継": relay, "ai_gov": ours}
        if given.peers:
            service = peers.presidio(given.peers, ports["presidio"])
            stack.enter_context(server(service.command, ports["presidio"], **service.env))
            for port, extra in (("litellm", {}), ("guarded", {"presidio_port": ports["presidio"]})):
                peer = peers.litellm(given.peers, folder, port=ports[port], upstream=upstream, **extra)
                processes[peer.name], _ = stack.enter_context(server(peer.command, ports[port], **peer.env))
                targets[peer.name] = (ports[port], peers.KEY)
                slow.update([peer.name] if peer.slow else [])
        for port, secret in targets.values():
            load(port, secret, asked(500, names=True), 5)
        print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        names = [name for name in targets if name != "直接"]
        print("| 依頼 | 直接 p50 (ms) | " + " | ".join(f"{n} 追加 p50 / p99 (ms)" for n in names) + " |")
        print("| --- " * (len(names) + 2) + "|")
        for length in LENGTHS:
            for named in (False, True):
                title = f"{length:,}文字・氏名{'あり' if named else 'なし'}"
                added(title, latency(targets, asked(length, names=named), 60 if length < 1000 else 25))
        body = asked(500, names=True, stream=True)
        added("500文字・逐次・最初の1片", latency(targets, body, 40, "first"))
        print("\n| 32並列 | " + " | ".join(f"{n} (件/秒)" for n in targets) + " |")
        print("| --- " * (len(targets) + 1) + "|")
        for length, count in zip(LENGTHS, (400, 60), strict=True):
            rates = throughput(targets, asked(length, names=True), count)
            print(
                f"| {length:,}文字・氏名あり | " + " | ".join(f"{rate:.0f}" for rate in rates.values()) + " |",
                flush=True,
            )
        print(f"\n起動から最初の回答まで: {first_answer:.1f} 秒")
        for name, process in processes.items():
            print(f"常駐メモリ {name}: {rss(process)[0]:.0f} MiB（最大 {rss(process)[1]:.0f} MiB）")


if __name__ == "__main__":
    main()
