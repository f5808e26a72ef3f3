"""ai-gov audit report: 利用状況の報告を作る."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov import wiring
from ai_gov.audit.checkpoint import open_note
from ai_gov.audit.period import parse
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.documents.report import Evidence, ReportData, usage_report
from ai_gov.documents.report_sheet import HEAD, audit_sheet, rows
from ai_gov.errors import BadRequest
from ai_gov.model import JST, japan_date

if TYPE_CHECKING:
    from ai_gov.documents.blocks import Document
    from ai_gov.stores.store import DatabaseStore

FORMATS = ("md", "html", "docx", "pdf", "csv", "xlsx")


def report(
    period: Annotated[
        str,
        typer.Option("--period", help="期間。2026-11（月）、2026-Q3（年度の第3四半期）、2026年度（4月〜翌年3月）。"),
    ],
    formats: Annotated[str, typer.Option("--format", help="作る形式（カンマ区切り）。")] = ",".join(FORMATS),
    output: Annotated[Path, typer.Option("--output", file_okay=False, help="保存先のフォルダ。")] = Path(),
    public: Annotated[bool, typer.Option("--public", help="公表用（5件未満の件数を伏せる）。")] = False,
    sheet: Annotated[bool, typer.Option("--sheet", help="監査シートも作ります。")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="記録全体を検証し、結果を報告に書きます。")] = False,
    recount: Annotated[
        bool, typer.Option("--recount", help="記録そのものから数え直します（時間がかかります）。")
    ] = False,
    organisation: Annotated[
        list[str] | None, typer.Option("--organisation", "-o", help="団体の番号（何度でも）。")
    ] = None,
    actor: Actor = "",
) -> None:
    """利用状況の報告を、月・四半期・年度ごとに作ります。作ったファイルのハッシュが記録に残ります。"""
    wanted = _formats(formats)
    about = parse(period)
    with opening.store(must_exist=True) as store:
        reader = opening.reader(store, actor, organisation[0] if organisation else "")
        store.sequence_now()
        service = wiring.report_service(store)
        figures, previous = service.figures(reader, about, organisation or (), recount=recount)
        names, prices = wiring.report_words(store)
        shown = organisation or sorted(reader.organisations or [item.id for item in store.people.organisations()])
        data = ReportData(
            figures,
            previous,
            names,
            _evidence(store, verify=verify, recount=recount),
            "・".join(names.organisations.get(name, name) for name in shown) or "（団体未登録）",
            japan_date(store.clock.now()),
            prices,
            public,
        )
        name = f"ai-usage-{about.first:%Y-%m}-{about.months}m" + ("-public" if public else "")
        files = {f"{name}.{kind}": made(data, kind) for kind in wanted}
        if sheet:
            documents = [kind for kind in wanted if kind not in ("csv", "xlsx")]
            files |= {f"audit-sheet-{about.first:%Y-%m}.{kind}": _write(audit_sheet(data), kind) for kind in documents}
        service.made(reader, about, files, public=public, organisations=shown)
    _save(output, files)


def made(data: ReportData, kind: str) -> bytes:
    """A report in one of the formats."""
    from ai_gov.files import sheets

    document = usage_report(data)
    if kind == "csv":
        return sheets.write_csv(document.title, data.series)
    if kind == "xlsx":
        audit = [("監査シート", HEAD, [list(row) for row in rows(data)])] if not data.public else []
        return sheets.write_xlsx(document.title, data.series, sheets=audit)
    return _write(document, kind)


def _write(document: Document, kind: str) -> bytes:
    from ai_gov.documents import html, markdown

    if kind == "md":
        return markdown.write(document).encode()
    if kind == "html":
        return html.write(document).encode()
    if kind == "docx":
        from ai_gov.files import docx

        return docx.write(document)
    from ai_gov.files import pdf

    return pdf.write(document)


def _formats(text: str) -> list[str]:
    wanted = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise BadRequest(f"形式は {'・'.join(FORMATS)} から選んでください: {'・'.join(unknown)}")
    return list(dict.fromkeys(wanted))


def _evidence(store: DatabaseStore, *, verify: bool, recount: bool) -> Evidence:
    counts = store.audit.counts()
    note = store.audit.latest_checkpoint()
    verified = ""
    if verify:
        with opening.progress("検証中", counts.entries) as done:
            outcome = store.audit.verify(progress=done)
        verified = (
            f"{outcome.entries:,}件を検証し、異常は見つかりませんでした。"
            if outcome.ok
            else f"{outcome.entries:,}件を検証し、異常が {len(outcome.problems)} 件見つかりました。"
        )
    if note is None:
        return Evidence(counts.entries, verified=verified, recounted=recount)
    signed = open_note(note, store.audit.keys)
    at = dt.datetime.fromisoformat(signed.extensions[0]).astimezone(JST) if signed.extensions else None
    shown = f"{at:%Y-%m-%d %H:%M}" if at else ""
    return Evidence(counts.entries, signed.size, signed.root.hex()[:16], shown, verified, recounted=recount)


def _save(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            typer.echo(str(folder / name))
    except OSError as error:
        raise BadRequest(f"{folder} に書き出せません（{error.strerror}）。場所と権限を確かめてください。") from error
