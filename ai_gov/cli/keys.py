"""ai-gov key: APIキーを発行・一覧・無効にする."""

from __future__ import annotations

from typing import Annotated

import typer

from ai_gov.cli import opening
from ai_gov.cli.opening import Actor, In
from ai_gov.errors import BadRequest

app = typer.Typer(help="APIキーを管理します。", no_args_is_help=True)


@app.command()
def issue(
    number: Annotated[str, typer.Argument(metavar="職員番号")],
    label: Annotated[str, typer.Option("--label", help="見分けるための名前（端末・ツールなど）。")] = "",
    use: Annotated[str, typer.Option("--use", help="用途を指定しない要求の用途。")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=1825, help="有効な日数。")] = 365,
    organisation: In = "",
    actor: Actor = "",
) -> None:
    """APIキーを発行します。キーが表示されるのはこの1度だけです。"""
    with opening.store(must_exist=True) as store:
        person = opening.still_here(opening.member(store, opening.organisation(store, organisation), number))
        by = opening.actor_name(actor)
        key, issued = store.register.issue_key(person, actor=by, label=label, default_use=use, days=days)
    typer.echo(
        f"キー番号 {issued.id}（有効期限 {issued.expires_at:%Y-%m-%d}）。次の行は二度と表示されません。", err=True
    )
    typer.echo(key.text)


@app.command("list")
def list_(
    number: Annotated[str | None, typer.Argument(metavar="職員番号")] = None,
    organisation: In = "",
    everything: Annotated[bool, typer.Option("--all", help="無効・期限切れも表示します。")] = False,
) -> None:
    """APIキーの一覧を表示します（キーそのものは表示できません）。"""
    with opening.store(must_exist=True) as store:
        now = store.clock.now()
        for key in store.people.keys(opening.organisation(store, organisation), number):
            state = "無効" if key.revoked_at else "有効" if key.valid(now) else "期限切れ"
            if everything or key.valid(now):
                until = f"{key.expires_at:%Y-%m-%d}"
                typer.echo(f"{key.id}\t{key.person}\t{state}\t{until}\t{key.default_use}\t{key.label}".rstrip())


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="キー番号", help="ai-gov key list で見られる番号。")],
    actor: Actor = "",
) -> None:
    """APIキーをただちに無効にします。"""
    with opening.store(must_exist=True) as store:
        key = store.people.key(key_id)
        if key is None:
            raise BadRequest("そのキー番号はありません。ai-gov key list で確かめてください。")
        store.register.revoke_key(key, actor=opening.actor_name(actor))
    typer.echo(f"APIキー {key.id} を無効にしました。")
