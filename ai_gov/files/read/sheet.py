"""Excel (.xlsx): every sheet, row by row, values with tabs between them, hidden ones too."""

from __future__ import annotations

import datetime as dt
from typing import Final

import openpyxl

from ai_gov.files.read.package import check_package
from ai_gov.files.read.refusal import refused

MAX_CELLS: Final = 500_000


def read(data: bytes) -> str:
    """The text of an .xlsx. Raises BadRequest."""
    book = openpyxl.load_workbook(check_package(data), read_only=True, data_only=True, keep_links=False)
    try:
        out: list[str] = []
        cells = 0
        for sheet in book.worksheets:
            rows: list[str] = []
            for row in sheet.iter_rows(values_only=True):
                cells += max(len(row), 1)
                if cells > MAX_CELLS:
                    raise refused(f"表が大きすぎます（{MAX_CELLS:,}個のセルまで）。")
                line = "\t".join(_shown(value) for value in row).rstrip("\t")
                if line:
                    rows.append(line)
            if rows:
                out += [f"［シート：{sheet.title}］", *rows]
        return "\n".join(out)
    finally:
        book.close()


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
