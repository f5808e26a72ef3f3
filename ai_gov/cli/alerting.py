"""ai-gov audit alerts: 警報の条件を調べ、知らせる."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.cli import opening
from ai_gov.cli.searching import AsJson
from ai_gov.errors import BadRequest
from ai_gov.service.audit_alerts import Channel, Health, NotDelivered, trial


def alerts(
    verify: Annotated[bool, typer.Option("--verify", help="記録全体の検証もします（時間がかかります）。")] = False,
    test: Annotated[bool, typer.Option("--test", help="知らせる先（webhook・syslog）に試験の通知を送ります。")] = False,
    as_json: AsJson = False,
) -> None:
    """警報の条件（alerts.yaml）を今の記録で調べ、新しいものを記録して知らせます。サーバーも同じことを毎分しています。

    新しい警報がなければ終了コード0、あれば1です。
    """
    from ai_gov.notify.watch import free_percent

    current = settings.load(os.environ)
    with opening.store(must_exist=True) as store:
        service = wiring.alert_service(store, current)
        if test:
            _test(service.channels, store.clock.now())
            return
        store.sequence_now()
        problems = 0
        if verify:
            with opening.progress("検証中", store.audit.counts().entries) as done:
                problems = len(store.audit.verify(progress=done).problems)
        found = service.look(Health(free_percent(current.data_dir), problems))
    for alert in found:
        typer.echo(json.dumps(alert.message(), ensure_ascii=False) if as_json else alert.sentence)
    if not found and not as_json:
        typer.echo("新しい警報はありません。")
    raise typer.Exit(1 if found else 0)


def _test(channels: Sequence[Channel], now: dt.datetime) -> None:
    if not channels:
        raise BadRequest("知らせる先がありません。AI_GOV_ALERT_WEBHOOK_URL か AI_GOV_ALERT_SYSLOG を設定してください。")
    failed = False
    for channel in channels:
        try:
            channel.send(trial(now))
        except NotDelivered as error:
            failed = True
            typer.echo(f"{channel.name}: 届きません。{error}", err=True)
        else:
            typer.echo(f"{channel.name}: 送りました。")
    if failed:
        raise typer.Exit(1)
