"""入力の文章: files that a command is given, as lines, with a sentence where one can't be read."""

from __future__ import annotations

import sys
from pathlib import Path

from ai_gov.errors import BadRequest


def read_lines(file: Path | None) -> tuple[str, list[str]]:
    """The name and the lines of a UTF-8 file, or of standard input. Raises BadRequest.

    A line ends at a line feed only: JSON may hold other line ends of Unicode (U+2028, U+0085) as they are.
    """
    name = str(file) if file else "標準入力"
    try:
        data = file.read_bytes() if file else sys.stdin.buffer.read()
        return name, data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise unreadable(file or name, error) from None
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"{name} は UTF-8 ではありません（{error.start + 1}バイト目）。UTF-8 で保存し直してください。"
        ) from None


def unreadable(file: Path | str, error: OSError) -> BadRequest:
    """What is said of a file that the system does not give."""
    match error:
        case FileNotFoundError():
            why = " がありません。場所と名前を確かめてください。"
        case PermissionError():
            why = " を読む権限がありません。ファイルの権限を確かめてください。"
        case IsADirectoryError():
            why = " はフォルダーです。ファイルを指定してください。"
        case _:
            why = f" を読めません（{error.strerror}）。場所と権限を確かめてください。"
    return BadRequest(f"{file}{why}")
