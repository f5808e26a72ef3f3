"""ai-gov audit retention: 保存期間を過ぎた記録を消し、消してはならないものを止めておく."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov import wiring
from ai_gov.audit.retention import Hold, Periods, lift_hold, set_hold
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor, In
from ai_gov.errors import BadRequest
from ai_gov.model import JST, Step
from ai_gov.policy.schema import Retention as Kept
from ai_gov.service.governance import build

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

app = typer.Typer(help="保存期間を過ぎた記録の削除と、削除の停止（訴訟・監査など）。", no_args_is_help=True)
TIERS = {"text": "本文", "metadata": "本文と項目のすべて", "raw": "原文（暗号化）"}
Reason = Annotated[str, typer.Option("--reason", help="理由（監査記録に残ります）。")]


@app.command()
def delete(
    yes: Annotated[bool, typer.Option("--yes", help="実際に削除します。付けなければ件数を示すだけです。")] = False,
    reason: Reason = "保存期間の満了",
    actor: Actor = "",
) -> None:
    """保存期間（policy.yaml の retention）を過ぎた記録を示します。--yes を付けると削除し、削除も記録します。"""
    with opening.store(must_exist=True) as store:
        kept = _periods(store)
        periods, days = Periods(kept.text_years, kept.metadata_years), kept.raw_days
        typer.echo(f"保存年数: 本文 {periods.text_years} 年、項目 {periods.metadata_years} 年（翌年度4月1日から）")
        due = [*store.raw.due(days, store.retention.holds()), *store.retention.due(periods)]
        if days or any(item.tier == "raw" for item in due):
            typer.echo(f"原文の保存日数: {days} 日" if days else "原文の保存日数: 0（残しません）")
        for item in due:
            before = dt.datetime.fromisoformat(item.before).astimezone(JST)
            held = f"（ほかに停止中 {item.held} 件）" if item.held else ""
            count = item.count - item.held
            typer.echo(
                f"{item.organisation or '団体なし'}\t{before:%Y-%m-%d} より前\t{TIERS[item.tier]}\t{count} 件{held}"
            )
        total = sum(item.count - item.held for item in due)
        if not total:
            typer.echo("削除する記録はありません。")
        elif not yes:
            typer.echo(f"削除の対象は {total} 件です（同じ記録が本文と項目の両方に数えられることがあります）。")
            typer.echo("まだ何も削除していません。削除するには --yes を付けてください。元に戻せません。")
        else:
            _delete(store, kept, opening.actor_name(actor), reason, total)


@app.command()
def hold(
    reason: Annotated[str, typer.Option("--reason", help="理由（訴訟の番号など。監査記録に残ります）。")],
    organisation: In = "",
    record: Annotated[str, typer.Option("--record", help="記録番号（1件の依頼）。")] = "",
    person: Annotated[str, typer.Option("--person", help="職員番号。")] = "",
    since: Annotated[str, typer.Option("--since", help="この日から（日本時間）。")] = "",
    until: Annotated[str, typer.Option("--until", help="この日まで（その日を含む）。")] = "",
    actor: Actor = "",
) -> None:
    """削除を止めます。指定した条件のすべてに合う記録は、解除するまで消えません。条件がなければ団体の全記録です。"""
    with opening.store(must_exist=True) as store:
        event = set_hold(
            at=store.clock.now(),
            by=opening.actor_name(actor),
            reason=reason,
            organisation=opening.organisation(store, organisation),
            exchange=record,
            actor=person,
            since=opening.midnight(since, "--since"),
            until=opening.midnight(until, "--until", days=1),
        )
        receipt = store.record_sync(Step(None, event))
    typer.echo(f"削除を止めました。停止番号: {receipt.entry_id}")


@app.command()
def holds() -> None:
    """有効な停止を一覧します。"""
    with opening.store(must_exist=True) as store:
        found = store.retention.holds()
    for item in found:
        typer.echo(_line(item))
    if not found:
        typer.echo("停止はありません。")


@app.command()
def release(
    number: Annotated[str, typer.Argument(metavar="停止番号")],
    reason: Annotated[str, typer.Option("--reason", help="理由（監査記録に残ります）。")],
    actor: Actor = "",
) -> None:
    """停止を解除します。解除も記録されます。"""
    with opening.store(must_exist=True) as store:
        item = next((item for item in store.retention.holds() if item.id == number), None)
        if item is None:
            raise BadRequest(
                f"停止番号 {number} は有効ではありません。ai-gov audit retention holds で確かめてください。"
            )
        event = lift_hold(item, at=store.clock.now(), by=opening.actor_name(actor), reason=reason)
        store.record_sync(Step(None, event))
    typer.echo("停止を解除しました。")


def _delete(store: DatabaseStore, kept: Kept, actor: str, reason: str, total: int) -> None:
    periods, holds = Periods(kept.text_years, kept.metadata_years), store.retention.holds()
    with opening.progress("削除中", total) as done:
        count = store.raw.destroy(kept.raw_days, holds, actor=actor, reason=reason, progress=done)
        count += store.retention.delete(periods, actor=actor, reason=reason, progress=done)
    typer.echo("削除した内容をファイルから消しています…")
    store.raw.scrub()
    left = store.retention.scrub()
    store.sequence_now()
    typer.echo(f"{count} 件を削除し、削除を記録しました。残った記録の検証: ai-gov audit verify")
    if left:
        typer.echo(left)


def _periods(store: DatabaseStore) -> Kept:
    return build(wiring.in_force(store)[1], store.clock.now().astimezone(JST).date()).policy.retention


def _line(item: Hold) -> str:
    at = dt.datetime.fromisoformat(item.set_at).astimezone(JST)
    what = [item.exchange and f"記録 {item.exchange}", item.actor and f"職員 {item.actor}"]
    what += [item.since and f"{_day(item.since)} から", item.until and f"{_day(item.until)} より前"]
    return "\t".join(
        [
            item.id,
            f"{at:%Y-%m-%d}",
            item.organisation,
            " ".join(filter(None, what)) or "すべて",
            item.reason,
            item.set_by,
        ]
    )


def _day(text: str) -> str:
    return f"{dt.datetime.fromisoformat(text).astimezone(JST):%Y-%m-%d}"
