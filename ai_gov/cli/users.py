"""ai-gov user: 団体・職員・役割を登録し、年度替わりの名簿を取り込む."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from ai_gov import wiring
from ai_gov.cli import opening
from ai_gov.cli.opening import Actor, In
from ai_gov.errors import BadRequest
from ai_gov.model import Event
from ai_gov.people.csvimport import REQUIRED, parse_date, read_roster
from ai_gov.people.model import Grant, Member, Organisation, Role
from ai_gov.people.plan import Change, Plan, role_words
from ai_gov.service.accounts import Accounts
from ai_gov.service.personnel import Editor, Entry

app = typer.Typer(help="団体・所属・職員・役割を管理します。", no_args_is_help=True)

_KINDS = {"added": "追加", "moved": "異動", "changed": "変更", "returned": "復帰", "left": "転出・退職"}
Number = Annotated[str, typer.Argument(metavar="職員番号", help="職員番号。監査記録にはこれだけが残ります。")]
RoleWord = Annotated[str, typer.Argument(metavar="役割", help="職員・確認者・CAIO・CAIO補佐官・監査・情報担当。")]


@app.command("organisation")
def organisation(
    number: Annotated[str, typer.Argument(metavar="団体番号", help="団体コードなど。監査記録に残ります。")],
    name: Annotated[str, typer.Argument(metavar="団体名")],
    actor: Actor = "",
) -> None:
    """団体を登録します（すでにあれば名前を変えます）。"""
    with opening.store() as store:
        store.register.set_organisation(Organisation(number, name), actor=opening.actor_name(actor))
    typer.echo(f"団体 {number} を登録しました。")


@app.command()
def add(
    number: Number,
    name: Annotated[str, typer.Option("--name", help="氏名。監査記録には残りません。")],
    department: Annotated[str, typer.Option("--department", "-d", help="所属コード。")],
    department_name: Annotated[str, typer.Option("--department-name", help="所属名（新しい所属のとき）。")] = "",
    role: Annotated[list[str] | None, typer.Option("--role", help="役割（何度でも）。省略すると職員。")] = None,
    mail: Annotated[str, typer.Option("--mail", help="メールアドレス。")] = "",
    until: Annotated[str, typer.Option("--until", help="有効期限（その日まで使えます）。")] = "",
    organisation: In = "",
    actor: Actor = "",
) -> None:
    """職員を1人登録します。"""
    roles = frozenset(_role(word) for word in role or ["職員"])
    with opening.store() as store:
        here, by = opening.organisation(store, organisation), opening.actor_name(actor)
        if store.people.member(here, number) is not None:
            raise BadRequest(
                f"職員番号 {number} はすでに登録されています。ai-gov user show {number} で確かめてください。"
            )
        known = {item.id for item in store.people.departments(here)}
        if department not in known and not department_name:
            raise BadRequest(f"所属コード {department} は未登録です。--department-name で所属名も指定してください。")
        entry = Entry(department, name, mail, _day(until, "--until"), department_name)
        wiring.personnel(store).add(Editor(by), here, number, entry, roles)
    typer.echo(f"職員 {number} を登録しました（{role_words(roles)}）。次: ai-gov key issue {number}")


@app.command("list")
def list_(
    organisation: In = "",
    also_left: Annotated[bool, typer.Option("--all", help="転出・退職した人も表示します。")] = False,
) -> None:
    """職員の一覧を表示します。"""
    with opening.store(must_exist=True) as store:
        here = opening.organisation(store, organisation)
        names = {item.id: item.name for item in store.people.departments(here)}
        today = store.register.today()
        for found in store.people.members(here, also_left=also_left):
            typer.echo(_line(found, names, today))


@app.command()
def show(number: Number, organisation: In = "") -> None:
    """職員1人の所属・役割・APIキーを表示します。"""
    with opening.store(must_exist=True) as store:
        here = opening.organisation(store, organisation)
        found = opening.member(store, here, number)
        names = {item.id: item.name for item in store.people.departments(here)}
        typer.echo(_line(found, names, store.register.today()))
        for grant in found.grants:
            typer.echo(f"  役割 {_grant(grant)}")
        for key in store.people.keys(here, number):
            state = "無効" if key.revoked_at else f"{key.expires_at:%Y-%m-%d} まで"
            typer.echo(f"  APIキー {key.id} {key.label} {state}")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="名簿.csv", exists=True, dir_okay=False, help="UTF-8 または Shift_JIS。")
    ],
    organisation: In = "",
    actor: Actor = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="計画を表示するだけで、何も変えません。")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="確認せずに適用します。")] = False,
    many: Annotated[bool, typer.Option("--many-leave", help="3割を超える人が名簿から消えていても適用します。")] = False,
) -> None:
    """年度替わりの名簿（全職員）を取り込みます。名簿にない人は転出・退職とし、APIキーを無効にします。"""
    roster = read_roster(file.read_bytes(), str(file))
    with opening.store() as store:
        here, by = opening.organisation(store, organisation), opening.actor_name(actor)
        planned = wiring.personnel(store).planned(Editor(by), here, roster)
        typer.echo("\n".join(_describe(planned)))
        if dry_run or not (planned.changes or planned.departments):
            return
        if planned.many_leave and not many:
            raise BadRequest(
                f"名簿から {len(planned.of('left'))} 人が消えています。一部の所属だけの名簿ではありませんか。"
                "全職員の名簿で正しければ --many-leave を付けてください。"
            )
        if not yes:
            typer.confirm("この内容で適用しますか", abort=True)
        with opening.progress("取り込み中", len(planned.changes)) as done:
            store.register.apply(planned, here, actor=by, progress=lambda: done(1))
    typer.echo("適用しました。")


@app.command()
def leave(number: Number, organisation: In = "", actor: Actor = "") -> None:
    """職員を転出・退職とし、役割とAPIキーをただちに無効にします。"""
    with opening.store(must_exist=True) as store:
        found = opening.member(store, opening.organisation(store, organisation), number)
        opening.still_here(found)
        store.register.leave(found, actor=opening.actor_name(actor))
    typer.echo(f"職員 {number} を転出・退職とし、APIキーを無効にしました。")


@app.command()
def password(number: Number, organisation: In = "", actor: Actor = "") -> None:
    """画面にログインするための初期パスワードを発行します（前のパスワードとログインは無効になります）。"""
    with opening.store(must_exist=True) as store:
        found = opening.member(store, opening.organisation(store, organisation), number)
        word = Accounts(store.accounts, store.clock).reset(found.person, actor=opening.actor_name(actor))
    typer.echo(f"初期パスワード: {word}")
    typer.echo("一度しか表示しません。本人に渡してください。最初のログインで、本人が別のパスワードに変えます。")


@app.command()
def grant(
    number: Number,
    role: RoleWord,
    department: Annotated[
        str, typer.Option("--department", "-d", help="この所属に限る（確認者は省略すると自所属）。")
    ] = "",
    where: Annotated[str, typer.Option("--for", help="役割の及ぶ団体（省略すると自団体）。")] = "",
    since: Annotated[str, typer.Option("--from", help="いつから（例 2026-04-01）。")] = "",
    until: Annotated[str, typer.Option("--until", help="いつまで（その日を含む）。")] = "",
    deputy_for: Annotated[
        str, typer.Option("--deputy-for", help="代理: 誰の代理か（職員番号）。両方の日付が必要です。")
    ] = "",
    organisation: In = "",
    actor: Actor = "",
) -> None:
    """役割を付与します。代理は --deputy-for と期間を付けます。"""
    kind, first, last = _role(role), _day(since, "--from"), _day(until, "--until")
    if deputy_for and (first is None or last is None):
        raise BadRequest("代理には --from と --until の両方が必要です。")
    if first and last and last < first:
        raise BadRequest("--until が --from より前の日付です。")
    with opening.store(must_exist=True) as store:
        here = opening.organisation(store, organisation)
        person = opening.still_here(opening.member(store, here, number))
        if deputy_for:
            opening.member(store, here, deputy_for)
        scope = opening.organisation(store, where) if where else here
        section = department or (person.department if kind is Role.REVIEWER and scope == here else "")
        if section and section not in {item.id for item in store.people.departments(scope)}:
            raise BadRequest(f"所属コード {section} は団体 {scope} にありません。")
        made = Grant("", here, number, kind, scope, section, first, last, deputy_for)
        wiring.personnel(store).grant(Editor(opening.actor_name(actor)), made)
    typer.echo(f"職員 {number} に役割を付与しました: {_grant(made)}")


@app.command()
def revoke(number: Number, role: RoleWord, organisation: In = "", actor: Actor = "") -> None:
    """役割を外します（その役割の付与すべて）。"""
    kind = _role(role)
    with opening.store(must_exist=True) as store:
        found = opening.member(store, opening.organisation(store, organisation), number)
        held = [item for item in found.grants if item.role is kind]
        if not held:
            raise BadRequest(f"職員 {number} に役割「{kind.ja}」はありません。")
        for item in held:
            store.register.revoke_grant(item, actor=opening.actor_name(actor))
    typer.echo(f"職員 {number} から役割「{kind.ja}」を外しました。")


@app.command()
def unlink(number: Number, organisation: In = "", actor: Actor = "") -> None:
    """組織アカウントとの結び付けを解きます（アカウントが作り直されたとき）。次のログインで結び直されます。"""
    with opening.store(must_exist=True) as store:
        found = opening.member(store, opening.organisation(store, organisation), number).person
        now, by = store.clock.now(), opening.actor_name(actor)
        event = Event("identity_unlinked", now, "", found.organisation, "", by, {"person": found.id})
        if not store.federation.unlink(found, event):
            raise BadRequest(f"職員 {number} と結び付いた組織アカウントはありません。")
    typer.echo(f"職員 {number} と組織アカウントの結び付けを解きました。次にログインしたアカウントと結び付きます。")


def _describe(planned: Plan) -> Iterable[str]:
    for key, name in planned.departments.items():
        yield f"所属    {key} {name}"
    for change in planned.changes:
        yield f"{_KINDS[change.kind]:　<5} {_change(change)}"
    counts = "、".join(f"{word} {len(planned.of(kind))}" for kind, word in _KINDS.items())
    yield f"計画: {counts}、変わらない {planned.unchanged}"


def _change(change: Change) -> str:
    before, after = change.before, change.after
    parts = [after.id, after.name]
    if before is None or before.department != after.department:
        parts.append(f"所属 {before.department if before else '-'} → {after.department}")
    if change.roles is not None and change.roles != change.roles_before:
        parts.append(f"役割 {role_words(change.roles_before or ())} → {role_words(change.roles)}")
    if before is not None and before.valid_until != after.valid_until:
        parts.append(f"期限 {before.valid_until or 'なし'} → {after.valid_until or 'なし'}")
    if before is not None and before.name != after.name:
        parts.append("氏名の変更")
    return "  ".join(parts)


def _line(found: Member, names: dict[str, str], today: dt.date) -> str:
    person = found.person
    state = "転出・退職" if person.left else "" if person.active(today) else "期限切れ"
    roles = role_words(found.roles(today))
    return f"{person.id}\t{person.name}\t{names.get(person.department, person.department)}\t{roles}\t{state}".rstrip()


def _grant(grant: Grant) -> str:
    where = grant.scope_organisation + (f" {grant.scope_department}" if grant.scope_department else "（全体）")
    period = f" {grant.valid_from or ''}〜{grant.valid_to or ''}" if grant.valid_from or grant.valid_to else ""
    return f"{grant.role.ja} {where}{period}{f' 代理（{grant.deputy_for}）' if grant.deputy_for else ''}"


def _role(word: str) -> Role:
    try:
        return Role.parse(word)
    except ValueError as error:
        raise BadRequest(f"{error}") from None


def _day(text: str, option: str) -> dt.date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        raise BadRequest(f"{option} は 2027-03-31 または 令和9年3月31日 の形で書いてください。") from None


import_.__doc__ = f"{import_.__doc__}\n\n1行目の見出し: {'・'.join(REQUIRED)}（必須）、役割・メール・有効期限。"
