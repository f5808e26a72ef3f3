"""設定一式の ZIP: a municipality's folder of rules, policy and prompts as one file, in and out.

The ZIP is looked through before anything of it is inflated (``read.package``); only YAML files of the known folders
are taken, whatever folder they were packed in.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from ai_gov.errors import BadRequest
from ai_gov.files.read.package import check_package

FOLDERS: Final = ("redaction_rules", "prompts")
MOST: Final = 1_000
"""Files."""
LARGEST: Final = 1_000_000
"""Bytes of one file, inflated."""
_SUFFIXES: Final = (".yaml", ".yml")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def read_zip(data: bytes) -> dict[str, str]:
    """The YAML files by path, from ``redaction_rules/`` or ``prompts/`` on. Raises BadRequest."""
    out: dict[str, str] = {}
    with zipfile.ZipFile(check_package(data)) as package:
        parts = [part for part in package.infolist() if not part.is_dir() and part.filename.endswith(_SUFFIXES)]
        if len(parts) > MOST:
            raise BadRequest(f"ファイルが多すぎます（{MOST:,}個まで）。")
        for part in parts:
            path = _path(part.filename)
            if not path:
                continue
            if part.file_size > LARGEST:
                raise BadRequest(f"{path} が大きすぎます（{LARGEST // 1_000_000}メガバイトまで）。")
            if path in out:
                raise BadRequest(f"{path} が二度入っています。フォルダーを1つだけ入れてください。")
            try:
                out[path] = package.read(part).decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError:
                raise BadRequest(f"{path} の文字を読めません。UTF-8で保存し直してください。") from None
    if not out:
        raise BadRequest(
            "ZIPの中に redaction_rules/ か prompts/ の YAML ファイルがありません。フォルダーごと ZIP にしてください。"
        )
    return out


def write_zip(files: Mapping[str, str]) -> bytes:
    """The files as a ZIP, the same bytes for the same files.

    >>> read_zip(write_zip({"redaction_rules/local/a.yaml": "id: a"}))
    {'redaction_rules/local/a.yaml': 'id: a'}
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in sorted(files.items()):
            package.writestr(zipfile.ZipInfo(path, _LONG_AGO), text.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _path(name: str) -> str:
    """The path from a known folder on; empty for another file. ``..`` leads nowhere: nothing is written by a path."""
    parts = name.replace("\\", "/").split("/")
    at = next((number for number, part in enumerate(parts[:-1]) if part in FOLDERS), -1)
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return "" if at < 0 or hidden else "/".join(parts[at:])
