"""表計算: the tables of a report as one CSV that Excel opens rightly, and as a workbook with a sheet for each.

A cell that a spreadsheet would take for a formula is given an apostrophe before it: names of departments and models
come from elsewhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ai_gov.documents.report_series import NOT_SHOWN, Cell, Series

BOM: Final = "\ufeff"
"""By which Excel knows that a CSV is UTF-8."""

CSV_HEAD: Final = ("表", "行", "列", "値")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_HEAD_FILL: Final = PatternFill("solid", fgColor="E8F1FE")
_FORBIDDEN: Final = str.maketrans("", "", "[]:*?/\\")


def safe(cell: Cell) -> int | float | str:
    """A cell that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("税務課"), safe(-3), safe(None)
    ("'=1+1", '税務課', -3, 'x')
    """
    if cell is None:
        return NOT_SHOWN
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def write_csv(title: str, tables: Iterable[Series]) -> bytes:
    """CSV: every number of every table in a line of its own (表, 行, 列, 値), UTF-8 with BOM, lines ended by CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    writer.writerow((safe(title), "", "", ""))
    for table in tables:
        for row in table.rows:
            for name, cell in zip(table.head[1:], row[1:], strict=True):
                writer.writerow((safe(table.title), safe(row[0]), safe(name), safe(cell)))
    return (BOM + out.getvalue()).encode("utf-8")


def write_xlsx(
    title: str, tables: Iterable[Series], *, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]] = ()
) -> bytes:
    """XLSX: a sheet for each table, and further ``sheets`` (name, heading, rows)."""
    book = Workbook()
    book.properties.title = title
    book.properties.creator = "ai_gov"
    assert book.active is not None
    book.remove(book.active)
    for name, head, rows in [*((table.title, table.head, table.rows) for table in tables), *sheets]:
        _sheet(book.create_sheet(name.translate(_FORBIDDEN)[:31]), head, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    sheet.append([safe(cell) for cell in head])
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = _HEAD_FILL
    sheet.freeze_panes = "B2"
    for at, column in enumerate(sheet.columns, start=1):
        longest = max(_width(line) for cell in column for line in str(cell.value or "").split("\n"))
        sheet.column_dimensions[get_column_letter(at)].width = min(max(longest + 2, 6), 48)
        for cell in column:
            if isinstance(cell.value, int | float):
                cell.number_format = "#,##0"
            else:
                cell.alignment = Alignment(wrap_text=longest > 46, vertical="top")


def _width(line: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in line)
