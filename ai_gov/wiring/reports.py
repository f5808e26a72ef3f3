"""報告の組み立て: the files of a report, for the command and the pages alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ai_gov.documents.report import Evidence, ReportData, usage_report
from ai_gov.documents.report_evidence import evidence
from ai_gov.documents.report_sheet import HEAD, audit_sheet, rows
from ai_gov.wiring.documents import document_writers, workbook

if TYPE_CHECKING:
    from ai_gov.audit.period import Period
    from ai_gov.stores.store import DatabaseStore

REPORT_FORMATS: Final = ("md", "html", "docx", "pdf", "csv", "xlsx")
SHEET_FORMATS: Final = ("md", "html", "docx", "pdf", "xlsx")
"""Of the audit sheet by itself."""


def report_evidence(opened: DatabaseStore, *, verified: str = "", recounted: bool = False) -> Evidence:
    """報告の根拠: of the log as it is now."""
    log = opened.audit
    return evidence(log.counts().entries, log.latest_checkpoint(), log.keys, verified=verified, recounted=recounted)


def report_files(data: ReportData, formats: Sequence[str], *, sheet: bool = False) -> Mapping[str, bytes]:
    """報告のファイル: by name; ``sheet``: the audit sheet beside each document (a workbook holds it anyway)."""
    period = data.figures.period
    name = f"ai-usage-{_stem(period)}" + ("-public" if data.public else "")
    files = {f"{name}.{kind}": _report(data, kind) for kind in formats}
    if sheet:
        files |= sheet_files(data, [kind for kind in formats if kind not in ("csv", "xlsx")])
    return files


def sheet_files(data: ReportData, formats: Sequence[str]) -> Mapping[str, bytes]:
    """監査シートのファイル: by name."""
    return {f"audit-sheet-{_stem(data.figures.period)}.{kind}": _sheet(data, kind) for kind in formats}


def _sheet(data: ReportData, kind: str) -> bytes:
    document = audit_sheet(data)
    if kind == "xlsx":
        return workbook(document.title, [("監査シート", HEAD, [list(row) for row in rows(data)])])
    return document_writers()[kind](document)


def _report(data: ReportData, kind: str) -> bytes:
    document = usage_report(data)
    if kind == "csv":
        from ai_gov.files.sheets import write_csv

        return write_csv(document.title, data.series)
    if kind == "xlsx":
        from ai_gov.files.sheets import write_xlsx

        audit = [("監査シート", HEAD, [list(row) for row in rows(data)])] if not data.public else []
        return write_xlsx(document.title, data.series, sheets=audit)
    return document_writers()[kind](document)


def _stem(period: Period) -> str:
    return f"{period.first:%Y-%m}-{period.months}m"
