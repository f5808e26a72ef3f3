"""ai-gov audit report: 利用状況の報告を作る."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov import wiring
from ai_gov.audit.period import parse
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.documents.report import ReportData
from ai_gov.documents.report_evidence import verified_sentence
from ai_gov.errors import BadRequest
from ai_gov.model import japan_date
from ai_gov.wiring import REPORT_FORMATS

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def report(
    period: Annotated[
        str,
        typer.Option("--period", help="期間。2026-11（月）、2026-Q3（年度の第3四半期）、2026年度（4月〜翌年3月）。"),
    ],
    formats: Annotated[str, typer.Option("--format", help="作る形式（カンマ区切り）。")] = ",".join(REPORT_FORMATS),
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
            wiring.report_evidence(store, verified=_verified(store) if verify else "", recounted=recount),
            "・".join(names.organisations.get(name, name) for name in shown) or "（団体未登録）",
            japan_date(store.clock.now()),
            prices,
            public,
        )
        files = wiring.report_files(data, wanted, sheet=sheet)
        service.made(reader, about, files, public=public, organisations=shown)
    _save(output, files)


def _formats(text: str) -> list[str]:
    wanted = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in REPORT_FORMATS]
    if unknown or not wanted:
        raise BadRequest(f"形式は {'・'.join(REPORT_FORMATS)} から選んでください: {'・'.join(unknown)}")
    return list(dict.fromkeys(wanted))


def _verified(store: DatabaseStore) -> str:
    with opening.progress("検証中", store.audit.counts().entries) as done:
        outcome = store.audit.verify(progress=done)
    return verified_sentence(outcome.entries, len(outcome.problems))


def _save(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            typer.echo(str(folder / name))
    except OSError as error:
        raise BadRequest(f"{folder} に書き出せません（{error.strerror}）。場所と権限を確かめてください。") from error
