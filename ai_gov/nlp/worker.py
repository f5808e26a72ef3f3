"""第二の読み取り（呼び出し側）: a worker process that is asked with a deadline, and killed where it oversteps it.

A thread can't be stopped and a pipeline of spaCy can't be interrupted; a process can. The worker gets none of our
secrets: its environment is made of a few names only.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ai_gov.detect.reading import Noted
from ai_gov.errors import DetectorFailed
from ai_gov.model import Json

GINZA: Final = "GiNZA"
"""The source of notes that the spaCy pipeline makes."""
START_SECONDS: Final = 90.0
"""How long loading the models may take."""
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_OFFLINE: Final = {"TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS": "", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
_NEXT: Final = "もう一度お試しください。続くときは、読み取りの方式を fast にするか、設定を確かめてください。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """第二の読み取りの指定.

    ``model``: a spaCy pipeline (empty: none); ``recognizers``: ``{"class", "arguments"}`` of each Presidio recognizer;
    ``types``: its entities by our names; ``minimum``: the score from which they count; ``seconds``: for one text.
    """

    model: str = "ja_ginza"
    recognizers: tuple[Mapping[str, Json], ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    minimum: float = 0.4
    seconds: float = 8.0

    def line(self) -> str:
        """The line that the worker is told this by."""
        told = {
            "model": self.model,
            "recognizers": [dict(item) for item in self.recognizers],
            "types": dict(self.types),
            "minimum": self.minimum,
        }
        return json.dumps(told) + "\n"


class Worker:
    """作業プロセス: one text at a time, others wait within their deadline. It starts at the first text."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._buffer = b""
        self._end: weakref.finalize[..., Worker] | None = None

    def start(self) -> None:
        """Begin loading the models, without waiting for them."""
        if self._process is not None and self._process.poll() is None:
            return
        self._ready, self._buffer = False, b""
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ai_gov.nlp.second"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, **_OFFLINE, "PYTHONPATH": path},
            start_new_session=True,
        )
        self._end = weakref.finalize(self, _end, self._process)
        self._write(self._wanted.line())

    def read(self, text: str, *, names: bool = True) -> tuple[Noted, ...]:
        """What the worker noted in a text, with ``names`` GiNZA's names too.

        Raises DetectorFailed: too late, gone, or failed in there.
        """
        end = time.monotonic() + self._wanted.seconds
        if not self._lock.acquire(timeout=self._wanted.seconds):
            raise DetectorFailed(f"第二の読み取りが混み合っています。{_NEXT}")
        try:
            if not self._ready or self._process is None or self._process.poll() is not None:
                self._get_ready()
                end = time.monotonic() + self._wanted.seconds
            self._write(json.dumps({"text": text, "names": names}) + "\n")
            return tuple(Noted(*note) for note in self._answer(end, "第二の読み取りが時間内に終わりません")["noted"])
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the worker."""
        self._process, self._ready = None, False
        if self._end is not None:
            self._end()

    def _get_ready(self) -> None:
        self.start()
        self._answer(time.monotonic() + START_SECONDS, "第二の読み取りの準備が時間内に終わりません")
        self._ready = True

    def _write(self, line: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except OSError:
            self._again("第二の読み取りの作業プロセスが終了しました")

    def _answer(self, end: float, late: str) -> Json:
        while b"\n" not in self._buffer:
            assert self._process is not None
            assert self._process.stdout is not None
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                self._again(late)
            got = os.read(self._process.stdout.fileno(), 1 << 16)
            if not got:
                self._again("第二の読み取りの作業プロセスが終了しました")
            self._buffer += got
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer = json.loads(line)
        if "failed" in answer:
            if not self._ready:
                self.close()
            raise DetectorFailed(f"第二の読み取りでエラーが起きました（{answer['failed']}）。{_NEXT}")
        return answer

    def _again(self, what: str) -> None:
        """Kill the worker, begin a new one, and say so. Always raises."""
        was_ready = self._ready
        self.close()
        if was_ready:
            self.start()
        raise DetectorFailed(f"{what}。何も送信していません。{_NEXT}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def recognizers_of(items: Sequence[str | Mapping[str, Json]]) -> tuple[Mapping[str, Json], ...]:
    """認識器の指定: names, or objects with ``class`` and ``arguments``, all as objects.

    >>> recognizers_of(["IbanRecognizer"])
    ({'class': 'IbanRecognizer', 'arguments': {}},)
    """
    return tuple({"class": item, "arguments": {}} if isinstance(item, str) else item for item in items)
