"""ai-gov release: 公開した文書の登録簿を書き出し、ファイルが公開したものと同じかを確かめる."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.audit.checkpoint import CheckpointError, VerifierKey
from ai_gov.cli import opening
from ai_gov.cli.folder import read_text, write_all
from ai_gov.cli.opening import Actor, In
from ai_gov.documents import release_register
from ai_gov.documents.release_register import DATA, KINDS, NOTE, found_in, public_facts, read_site
from ai_gov.errors import BadRequest, VerificationFailed
from ai_gov.model import JST, Json

app = typer.Typer(help="公開した文書の登録簿を扱います。", no_args_is_help=True)
register = typer.Typer(help="公開の登録簿。", no_args_is_help=True)
app.add_typer(register, name="register")

_DIFFERS = (
    "公開したものと一致しません: {}。1文字でも変わっているか、公開していないファイルです。"
    "公開したときのファイルと比べてください。"
)


@register.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="フォルダー", file_okay=False, help="書き出す先。")],
    organisation: In = "",
    actor: Actor = "",
) -> None:
    """公開した文書の一覧と照合値を、署名付きの静的なサイトとして書き出します（団体のウェブサイトに置けます）。"""
    with opening.store(must_exist=True) as store:
        here = opening.organisation(store, organisation)
        name = next(item.name for item in store.people.organisations() if item.id == here)
        made = wiring.release_register(store).export(here, name, actor=opening.actor_name(actor))
    write_all({folder / path: data for path, data in made.items()})
    count = sum(path.startswith("verify/") for path in made)
    typer.echo(f"{folder} に、公開{count}件の登録簿を書き出しました（署名 {NOTE}）。")
    typer.echo("このフォルダーの中身をそのままウェブサイトに置いてください。検証鍵は別の方法でも知らせてください。")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="ファイル", exists=True, dir_okay=False)],
    folder: Annotated[
        Path | None,
        typer.Option("--register", exists=True, file_okay=False, help="書き出した登録簿のフォルダーで確かめます。"),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="発行した団体の検証鍵（登録簿とは別に受け取ったもの）。")
    ] = None,
) -> None:
    """ファイルが、公開したものと1バイトも違わないかを確かめます。"""
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    found = _in_folder(folder, key or [], sha256) if folder else _in_store(file.read_bytes())
    if not found:
        raise VerificationFailed([_DIFFERS.format(file)])
    typer.echo(f"公開したものと一致します（SHA-256 {sha256}）。")
    for facts, kind in found:
        typer.echo(_line(facts, kind))
    if all(facts["withdrawn_at"] for facts, _ in found):
        raise VerificationFailed([f"{file} は公開されましたが、その後取り下げられています。"])


@app.command("list")
def list_(organisation: In = "") -> None:
    """公開・決裁した文書を古い順に表示します（件名と本文は残っていません）。"""
    with opening.store(must_exist=True) as store:
        found = store.reviews.releases(opening.organisation(store, organisation))
    for item in found:
        day = f"{item.released_at.astimezone(JST):%Y-%m-%d %H:%M}"
        state = "取下げ済み" if item.withdrawn_at else release_register.AUDIENCES[item.audience]
        typer.echo(f"{item.id}\t{day}\t{item.department_name}\t{item.degree.ja}\t{state}")
    if not found:
        typer.echo("公開・決裁した文書はありません。")


Found = list[tuple[Mapping[str, Json], str]]


def _in_store(data: bytes) -> Found:
    with opening.store(must_exist=True) as store:
        found = wiring.release_register(store).check(data, also_internal=True)
        return [(public_facts(item.release), item.kind) for item in found]


def _in_folder(folder: Path, given: list[str], sha256: str) -> Found:
    try:
        keys = [VerifierKey.parse(item) for item in given]
    except CheckpointError as error:
        raise BadRequest(f"--key を読めません: {error}") from None
    if not keys:
        if wiring.missing(settings.load(os.environ)):
            raise BadRequest(
                "検証鍵がありません。発行した団体から登録簿とは別に受け取った検証鍵を --key で指定してください。"
                "登録簿に入っている鍵だけでは、登録簿が本物かどうかは分かりません。"
            )
        with opening.store(must_exist=True) as store:
            keys = list(store.keys.verifiers)
    return found_in(read_site(_bytes(folder / DATA), read_text(folder / NOTE), keys), sha256)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{path} を読めません（{error.strerror}）。登録簿のフォルダーか確かめてください。") from None


def _line(facts: Mapping[str, Json], kind: str) -> str:
    state = "取下げ済み" if facts["withdrawn_at"] else "公開中"
    parts = [facts["id"], KINDS.get(kind, kind), facts["released_at"][:10], facts["organisation"], facts["department"]]
    return "\t".join([*parts, facts["degree_words"], state])
