"""オフィス文書の入れ物: a ZIP is looked through before anything of it is inflated.

Sizes are those that are read, not only those that the directory claims.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

from ai_gov.files.read.refusal import refused

MAX_PARTS: Final = 5_000
MAX_BYTES: Final = 100_000_000
"""Of all parts together, inflated."""
MAX_RATIO: Final = 200
"""Of a part, inflated to packed; text of office files packs 5 to 40 times."""
SMALL: Final = 1_000_000
"""A part up to this size may be packed as tightly as it likes."""
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MACROS: Final = ("vbaproject.bin", "vbadata.xml")
_PIECE: Final = 1 << 16


def check_package(data: bytes) -> io.BytesIO:
    """The file, fit to be opened. Raises BadRequest for one that is locked, holds macros, or is a ZIP bomb."""
    if data.startswith(_OLE):
        raise refused("パスワードで保護されているか、古い形式（.doc・.xls・.ppt）のファイルなので、読めません。")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise refused("ファイルの中身が、名前の種類（.docx など）と違うか、壊れています。") from None
    with package:
        _check_parts(package)
    return io.BytesIO(data)


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MAX_PARTS:
        raise refused(f"ファイルの部品が多すぎます（{MAX_PARTS:,}個まで）。")
    for part in parts:
        if part.flag_bits & 0x1:
            raise refused("パスワードで保護されたファイルなので、読めません。")
        if part.filename.rpartition("/")[2].lower() in _MACROS:
            raise refused("マクロを含むファイルは受け取りません。")
        if part.file_size > SMALL and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise refused("展開すると極端に大きくなるファイルなので、受け取りません。")
    if sum(part.file_size for part in parts) > MAX_BYTES:
        raise refused(f"展開すると大きすぎるファイルです（{MAX_BYTES // 1_000_000}メガバイトまで）。")
    left = MAX_BYTES
    for part in parts:
        left -= _inflated(package, part, left)


def _inflated(package: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """How large a part really is: the directory may lie."""
    size = 0
    try:
        with package.open(part) as opened:
            while piece := opened.read(_PIECE):
                size += len(piece)
                if size > min(most, part.file_size):
                    raise refused("展開すると、書かれた大きさを超えるファイルなので、受け取りません。")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise refused("ファイルが壊れています。") from None
    return size
