"""ai-gov guideline base: 共通のひな形. Where a town's base lies, what it takes from it, and whether it has changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from ai_gov import wiring
from ai_gov.cli.folder import read_text, write_all
from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline import base as bases
from ai_gov.documents.guideline import policyfile
from ai_gov.documents.guideline.base import Standing
from ai_gov.documents.guideline.facts import changed, facts
from ai_gov.documents.guideline.questions import Value
from ai_gov.documents.guideline.template import FOLDER, Template
from ai_gov.errors import BadRequest
from ai_gov.rules.library import read_folder
from ai_gov.service import guideline as service
from ai_gov.service.governance import POLICY
from ai_gov.wiring.config import TEMPLATE_FILES

_PER_TOWN: Final = frozenset({"title", "owner", "updated"})


def folder_of(folder: Path) -> Path | None:
    """共通のひな形の場所: as the town's folder names it; none where it has no base. Raises BadRequest, ConfigError."""
    path = folder / bases.FILE
    if not path.exists():
        return None
    link = bases.read(read_text(path), str(path))
    found = Path(os.path.normpath(folder / link.base))
    return check(found, f"{path} にある共通のひな形 {link.base}")


def check(folder: Path, told: str = "") -> Path:
    """A base folder. Raises BadRequest where it is none."""
    if not folder.is_dir():
        raise BadRequest(f"{told or folder} がありません。共通のフォルダーの場所を確かめてください。")
    if not files(folder):
        raise BadRequest(
            f"{folder} に、共通にするもの（{answering.FILE}・{policyfile.FILE}・{FOLDER}/）が1つもありません。"
        )
    return folder


def files(folder: Path) -> dict[str, str]:
    """What a base gives: answers, policy and chapters, by their path in it."""
    out = {name: read_text(folder / name) for name in (answering.FILE, policyfile.FILE) if (folder / name).is_file()}
    return out | chapters(folder)


def chapters(folder: Path) -> dict[str, str]:
    """The template files of a folder, by their path in it."""
    return read_folder(folder / FOLDER, TEMPLATE_FILES) if (folder / FOLDER).is_dir() else {}


def link(folder: Path, base: Path) -> bytes:
    """The text of ``base.yaml`` of a town's folder."""
    return bases.write(Path(os.path.relpath(base, folder)).as_posix(), files(base)).encode()


def policy_of(base: Path | None) -> str:
    """The policy that a base gives; empty where it gives none."""
    path = base / policyfile.FILE if base is not None else None
    return read_text(path) if path is not None and path.is_file() else ""


def known(made: Template, base: Path | None) -> dict[str, Value]:
    """What a base answers."""
    if base is None:
        return {}
    text = policy_of(base)
    out = service.known_from(made, text) if text else {}
    path = base / answering.FILE
    return out | (bases.given(read_text(path), made.questions, str(path)) if path.is_file() else {})


def report(
    folder: Annotated[Path, typer.Argument(metavar="フォルダー", help="団体のフォルダー（answers.yaml のある場所）。")],
    accept: Annotated[
        bool, typer.Option("--accept", help="共通のひな形のいまの中身を、見比べたものとして記録します。")
    ] = False,
) -> int:
    """共通のひな形から置き換えているものと、共通のひな形がその後変わったかを示します。変わっていれば終了コード1。"""
    base = folder_of(folder)
    if base is None:
        raise BadRequest(
            f"{folder / bases.FILE} がありません。"
            "共通のひな形から始めるには、「ai-gov guideline new --base 共通のフォルダー」とします。"
        )
    made = service.template(wiring.guideline_files(base, folder))
    path = folder / answering.FILE
    answers = answering.read(read_text(path), made.questions, str(path)).values
    linked = bases.read(read_text(folder / bases.FILE), str(folder / bases.FILE))
    found = bases.standing(made, linked, files(base), chapters(folder), answers)
    for line in _lines(base, found, _settings(made, base, folder)):
        typer.echo(line)
    if accept:
        write_all({folder / bases.FILE: link(folder, base)})
        typer.echo("いまの共通のひな形を、見比べたものとして記録しました。")
        return 0
    return 1 if found.moved else 0


def _settings(made: Template, base: Path, folder: Path) -> list[str]:
    """The settings that a town has otherwise than its base, as lines."""
    shared, path = policy_of(base), folder / policyfile.FILE
    if not shared or not path.is_file():
        return []
    rules = wiring.files(None)
    pair = [
        service.in_force(rules | {POLICY: text}, str(place))
        for text, place in ((shared, base / policyfile.FILE), (read_text(path), path))
    ]
    old, new = (facts(now.policy, now.rules, made.settings) for now in pair)
    out = []
    for was, now in changed(old, new):
        fact = now or was
        assert fact is not None
        if fact.key not in _PER_TOWN:
            title = f"{fact.title}（{fact.item}）" if fact.item else fact.title
            out.append(
                f"{title}: {was.value if was else '（なし）'} → {now.value if now else '（なくなる）'}  [{fact.key}]"
            )
    return out


def _lines(base: Path, found: Standing, settings: list[str]) -> list[str]:
    out = [f"共通のひな形: {base}"]
    out += ["団体で置き換えている章・設定ファイル:"] if found.chapters else ["団体で置き換えている章はありません。"]
    for item in found.chapters:
        told = "  ← 共通のものが変わりました。見比べてください。" if item.changed else ""
        out.append(f"  {item.title}（{item.base}のものの代わり）{told}")
    out += ["共通と違う回答:"] if found.answers else ["共通と違う回答はありません。"]
    out += [f"  {item.title}: 共通「{item.base}」 団体「{item.own}」" for item in found.answers]
    if settings:
        out += ["共通と違う設定（共通 → 団体）:", *(f"  {line}" for line in settings)]
    moved: Mapping[str, tuple[str, ...]] = {"変更": found.changed, "追加": found.added, "削除": found.removed}
    if not found.moved:
        return [*out, "共通のひな形は、最後に見比べたときのままです。"]
    out.append("共通のひな形は、最後に見比べたときから変わりました:")
    out += [f"  {word}: {path}" for word, paths in moved.items() for path in paths]
    out.append("  「ai-gov guideline build」で作り直し、見比べたら --accept を付けて記録してください。")
    return out
