"""ai-gov guideline: 利用ガイドラインを質問から作り、動いている設定との違いを見つける."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from ai_gov import settings, wiring
from ai_gov.cli import asking, guideline_base, guideline_report, guideline_versions
from ai_gov.cli.folder import read_text, write_all
from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline import base as bases
from ai_gov.documents.guideline import policyfile
from ai_gov.documents.guideline.check import Difference, check
from ai_gov.documents.guideline.compose import Composed, InForce
from ai_gov.documents.guideline.questions import Value
from ai_gov.documents.guideline.template import Template
from ai_gov.errors import BadRequest, ConfigError, Problem
from ai_gov.model import japan_date
from ai_gov.service import guideline as service
from ai_gov.service import guideline_impact
from ai_gov.service.governance import POLICY

app = typer.Typer(
    help="利用ガイドラインを質問から作り（new・build）、公表し（publish）、設定との違いを見つけます（check・impact）。",
    no_args_is_help=True,
)
Made = TypeVar("Made")
DRAFT = "answers.draft.yaml"
Folder = Annotated[Path, typer.Argument(metavar="フォルダー", help="answers.yaml と policy.yaml のある場所。")]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="自治体の設定フォルダー（規則・ひな形）。", envvar="AI_GOV_CONFIG_DIR"),
]


@app.command()
def new(
    output: Annotated[Path, typer.Option("--output", "-o", help="回答と方針を置くフォルダー（なければ作ります）。")],
    use_defaults: Annotated[bool, typer.Option("--defaults", help="尋ねずに、すべて初期値で作ります。")] = False,
    source: Annotated[
        Path | None, typer.Option("--from", help="引き継ぐ回答（answers.yaml。古い版でもかまいません）。")
    ] = None,
    shared: Annotated[
        Path | None, typer.Option("--base", help="いくつかの団体で共にするひな形のフォルダー（章・回答・方針）。")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="すでにあるファイルを、確かめずに置き換えます。")] = False,
    config: Config = None,
) -> None:
    """25問までの質問に答えて、answers.yaml（回答）と policy.yaml（方針）を作ります。"""
    common = guideline_base.check(shared) if shared is not None else guideline_base.folder_of(output)
    made = _template(config, output, common)
    today = japan_date()
    base, own = _base_policy(config, output, common)
    known = guideline_base.known(made, common) | _known(made, output, source, base if own else "")
    if use_defaults:
        values: Mapping[str, Value] = service.defaults(made, known, today)
        if problems := service.contradictions(made, values):
            raise BadRequest("\n".join(message for _, message in problems))
    else:
        values = _asked(made, known, output)
    written = service.start(made, values, base, today)
    policy = policy_path(output)
    existing = [path for path in (output / answering.FILE, policy) if path.exists()]
    if existing and not yes and not use_defaults:
        typer.confirm(f"{'・'.join(path.name for path in existing)} を置き換えますか", abort=True)
    linked = {output / bases.FILE: guideline_base.link(output, shared)} if shared is not None else {}
    write_all({output / answering.FILE: written.answers.encode(), policy: written.policy.encode(), **linked})
    (output / DRAFT).unlink(missing_ok=True)
    typer.echo(f"作りました: {output / answering.FILE}（回答）、{policy}（方針）")
    typer.echo(f"次にすること\n  ai-gov guideline build {output}\n  ai-gov rules check --config {output}")
    typer.echo(f"  ai-gov rules apply --config {output}")


def _asked(made: Template, known: Mapping[str, Value], output: Path) -> Mapping[str, Value]:
    total = len(made.questions.questions)
    typer.echo(
        f"{total}問までの質問に答えてください。Enter だけで、[ ] の中の答えになります。途中で止めても、答えは残ります。"
    )

    def remember(given: Mapping[str, Value]) -> None:
        text = answering.write(answering.Answers(made.questions.version, given), made.questions)
        write_all({output / DRAFT: text.encode()})

    return asking.ask_all(made.questions, known, japan_date(), remember)


@app.command()
def build(
    folder: Folder,
    formats: Annotated[str, typer.Option("--format", help="作る形を「,」で並べます（md,html,docx,pdf）。")] = ",".join(
        service.FORMATS
    ),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="置く場所（省略すると同じフォルダー）。")
    ] = None,
    config: Config = None,
) -> None:
    """answers.yaml と policy.yaml から、ガイドラインの文書を作ります。表はすべて方針と検知規則から作られます。"""
    wanted = [part.strip() for part in formats.split(",") if part.strip()]
    if unknown := [part for part in wanted if part not in service.FORMATS] or ([] if wanted else ["（なし）"]):
        raise BadRequest(
            f"--format に {'・'.join(unknown)} は使えません。使えるのは {'・'.join(service.FORMATS)} です。"
        )
    composed = _composed(folder, config, in_folder(folder, config))
    writers = wiring.guideline_writers()
    where = output or folder
    made = {where / f"{service.STEM}.{name}": writers[name](composed) for name in wanted}
    write_all(made)
    for line in service.beside(composed):
        typer.echo(f"注意: {line}", err=True)
    typer.echo("作りました: " + "、".join(str(path) for path in made))


@app.command("check")
def check_(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="フォルダーかファイル", help="公表した文書、そのフォルダー。省略すると施行中の版。"),
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="比べる方針（省略すると適用中のもの）。")] = None,
    answers: Annotated[Path | None, typer.Option("--answers", help="比べる回答（省略すると同じフォルダー）。")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="文言の違いも、違いとして数えます。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="1行1件の JSON で出します。")] = False,
    config: Config = None,
) -> int:
    """公表したガイドラインと、動いている方針・規則・回答との違いを示します。違いがあれば終了コード1。"""
    if path is None:
        return guideline_versions.check_in_force(strict=strict, as_json=as_json)
    folder = path if path.is_dir() else path.parent
    documents = _documents(path)
    now = _in_force(folder, policy, config)
    composed = _for_check(folder, answers, documents, config, now)
    found: list[tuple[Path, tuple[Difference, ...]]] = []
    for document in documents:
        read = wiring.read_published(document.read_bytes(), document.name)
        found.append((document, check(read, composed)))
    count = sum(1 for _, differences in found for item in differences if strict or item.counts)
    lines = guideline_report.as_json(found) if as_json else guideline_report.as_text(found, now.source, strict=strict)
    for line in lines:
        typer.echo(line)
    for line in _asides(folder, composed, now, policy):
        typer.echo(f"注意: {line}", err=True)
    guideline_versions.remind()
    return 1 if count else 0


@app.command()
def impact(
    old: Annotated[Path, typer.Argument(metavar="前の方針", exists=True, dir_okay=False)],
    new_policy: Annotated[Path, typer.Argument(metavar="後の方針", exists=True, dir_okay=False)],
    config: Config = None,
) -> None:
    """方針を変えると、ガイドラインのどの条を改めることになるかを示します。"""
    made = _template(config, None)
    files = wiring.files(config)
    before = service.in_force(files | {POLICY: read_text(old)}, str(old))
    after = service.in_force(files | {POLICY: read_text(new_policy)}, str(new_policy))
    for line in guideline_impact.lines(made, service.impact(made, before, after)):
        typer.echo(line)


@app.command()
def compare(
    folders: Annotated[
        list[Path], typer.Argument(metavar="フォルダー", help="団体ごとの、policy.yaml のあるフォルダー（2つ以上）。")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="書き出す先（.xlsx）。省略すると画面に出します。")
    ] = None,
    config: Config = None,
) -> None:
    """いくつかの団体の設定を比べ、同じでないものだけを表にします（ひな形やCAIO補佐官を共にするとき）。"""
    if len(folders) < 2:
        raise BadRequest("比べるフォルダーを2つ以上指定してください。")
    towns = {str(folder): in_folder(folder, config) for folder in folders}
    names = [now.policy.title.partition(" ")[0] for now in towns.values()]
    rows = service.compare(_template(config, None), towns)
    head = ("項目", "設定", *names)
    if output is not None:
        write_all({output: wiring.workbook("団体の設定の比べ", [("設定の違い", head, rows)])})
        typer.echo(f"書き出しました: {output}（違う設定 {len(rows)} 件）")
        return
    for row in (head, *rows):
        typer.echo("\t".join(row))


def policy_path(folder: Path) -> Path:
    """方針の場所: beside the municipality's rules where it has some, else beside the answers."""
    own = folder / wiring.RULES
    return (own if own.is_dir() else folder) / policyfile.FILE


def in_folder(folder: Path, config: Path | None) -> InForce:
    """What would be in force if the folder were applied."""
    path = policy_path(folder)
    if not path.exists():
        raise BadRequest(f"{path} がありません。先に「ai-gov guideline new --output {folder}」で作ってください。")
    files = wiring.files(config if config is not None and config != folder else None)
    if (folder / wiring.RULES).is_dir():
        files |= {name: text for name, text in wiring.files(folder).items() if name.startswith("own/")}
    try:
        return service.in_force(files | {POLICY: read_text(path)}, str(path))
    except ConfigError as error:
        named = [
            Problem(str(path) if item.path == POLICY else item.path, item.line, item.message) for item in error.problems
        ]
        raise ConfigError(named) from None


def composed_with(
    folder: Path, config: Path | None, read: Callable[[Mapping[str, str], Composed], Made]
) -> tuple[Composed, Made]:
    """The guideline of a folder, and what else is made from the same template files."""
    composed = _composed(folder, config, in_folder(folder, config))
    return composed, read(_texts(config, folder), composed)


def _template(config: Path | None, folder: Path | None, common: Path | None = None) -> Template:
    return service.template(_texts(config, folder, common))


def _texts(config: Path | None, folder: Path | None, common: Path | None = None) -> dict[str, str]:
    """The template files: shipped, the municipality's, those of a base that towns share, the folder's own."""
    common = common or (guideline_base.folder_of(folder) if folder is not None else None)
    return wiring.guideline_files(*[place for place in (config, common, folder) if place is not None])


def _composed(folder: Path, config: Path | None, now: InForce, answers: Path | None = None) -> Composed:
    path = answers or folder / answering.FILE
    if not path.exists():
        raise BadRequest(f"{path} がありません。先に「ai-gov guideline new --output {folder}」で作ってください。")
    return service.prepare(_template(config, folder), read_text(path), now, japan_date(), path=str(path))


def _for_check(
    folder: Path, answers: Path | None, documents: list[Path], config: Path | None, now: InForce
) -> Composed:
    path = answers or folder / answering.FILE
    if path.exists():
        return service.reading(_template(config, folder), read_text(path), now, japan_date(), path=str(path))
    for document in documents:
        data = wiring.read_published(document.read_bytes(), document.name).data
        if data is not None:
            return service.from_embedded(_template(config, folder), data, now, japan_date(), document.name)
    raise BadRequest(
        f"{folder / answering.FILE} がなく、文書の埋め込みデータも読めません。"
        "--answers で回答のファイルを指定してください。"
    )


def _documents(path: Path) -> list[Path]:
    if not path.exists():
        raise BadRequest(f"{path} がありません。場所を確かめてください。")
    if path.is_file():
        return [path]
    found = [path / f"{service.STEM}.{name}" for name in service.FORMATS]
    there = [item for item in found if item.exists()]
    if not there:
        raise BadRequest(f"{path} に文書がありません。先に「ai-gov guideline build {path}」で作ってください。")
    return there


def _base_policy(config: Path | None, output: Path, common: Path | None) -> tuple[str, bool]:
    """The policy to start from, and whether it is a municipality's own (not the shipped one, nor one of a base)."""
    shipped = wiring.files(None)[POLICY]
    path = policy_path(output)
    if path.exists():
        return read_text(path), True
    if text := guideline_base.policy_of(common):
        return text, False
    applied = wiring.applied(settings.load(os.environ))
    text = applied.files[POLICY] if applied is not None and applied.by_person else wiring.files(config)[POLICY]
    return text, text != shipped


def _municipality() -> str:
    return wiring.only_organisation(settings.load(os.environ))


def _known(made: Template, output: Path, source: Path | None, own_policy: str) -> dict[str, Value]:
    """What needs no asking, the later the stronger: register, answers, policy, half given, of the page, named."""
    out: dict[str, Value] = {"municipality": name} if (name := _municipality()) else {}
    out |= _carried(made, output / answering.FILE)
    if own_policy:
        out |= service.known_from(made, own_policy)
    out |= _carried(made, output / DRAFT)
    if not (output / answering.FILE).exists() and (text := wiring.guideline_kept(settings.load(os.environ))):
        out |= answering.carry_over(text, made.questions, "画面の回答")
    if source is not None:
        out |= answering.carry_over(read_text(source), made.questions, str(source))
    return out


def _carried(made: Template, path: Path) -> dict[str, Value]:
    return answering.carry_over(read_text(path), made.questions, str(path)) if path.exists() else {}


def _in_force(folder: Path, policy: Path | None, config: Path | None) -> InForce:
    if policy is not None:
        return service.in_force(wiring.files(config) | {POLICY: read_text(policy)}, str(policy))
    applied = wiring.applied(settings.load(os.environ))
    if applied is not None and applied.by_person:
        return service.in_force(applied.files, f"適用中の設定（識別子 {applied.digest[:12]}）")
    if policy_path(folder).exists():
        return in_folder(folder, config)
    if applied is not None:
        return service.in_force(applied.files, f"適用中の設定（識別子 {applied.digest[:12]}）")
    return service.in_force(wiring.files(config), "設定フォルダーの方針")


def _asides(folder: Path, composed: Composed, now: InForce, policy: Path | None) -> list[str]:
    out = list(service.beside(composed))
    today = japan_date()
    out += [
        f"サービス「{item.title}」の承認は {item.approved_until} で終わっています。"
        for item in composed.in_force.policy.destinations
        if item.approved_until < today
    ]
    if policy is None and policy_path(folder).exists() and now.source == str(policy_path(folder)):
        out.append(
            f"{policy_path(folder)} と比べました。この方針はまだ適用されていません"
            f"（ai-gov rules apply --config {folder}）。"
        )
    return out


guideline_versions.add_to(app)
app.command("base")(guideline_base.report)
