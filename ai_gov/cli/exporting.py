"""ai-gov audit siem, reindex: 監視システムへの出力と、索引の作り直し."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ai_gov.audit.siem import line
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor
from ai_gov.model import Event, Step

PAGE = 1000


def siem(
    after: Annotated[int, typer.Option("--after", help="前回の最後の event.sequence（続きから出す）。")] = -1,
    actor: Actor = "",
) -> None:
    """記録を監視システム（SIEM）向けのJSON Lines（Elastic Common Schema の項目名）で標準出力に出します。

    文章と照合用の符号は出しません。続きは、最後の行の event.sequence を --after に指定して出します。
    """
    with opening.store(must_exist=True) as store:
        store.sequence_now()
        count, last = 0, after
        while page := store.search.after(last, PAGE):
            for entry in page:
                last = last if entry.seq is None else entry.seq
                typer.echo(json.dumps(line(entry, last), ensure_ascii=False))
                count += 1
        data = {"how": "siem", "after": after, "count": count}
        store.record_sync(Step(None, Event("log_read", store.clock.now(), "", "", "", opening.actor_name(actor), data)))


def reindex() -> None:
    """検索の索引と集計を、記録から作り直します（版の更新で求められたときや、検索の結果が疑わしいとき）。"""
    with opening.store(must_exist=True) as store:
        store.sequence_now()
        with opening.progress("索引を作成中", store.audit.counts().entries) as done:
            count = store.index.rebuild(done)
    typer.echo(f"{count:,} 件の索引を作り直しました。")
