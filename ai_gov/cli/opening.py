"""保存先を開く: what the commands on people, keys and the log share: the store, who is at work, and a progress bar."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ai_gov import settings, wiring
from ai_gov.errors import BadRequest, Forbidden
from ai_gov.model import JST, japan_date
from ai_gov.people.csvimport import parse_date
from ai_gov.people.model import Member, Person
from ai_gov.service.audit import LogReader, log_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from ai_gov.stores.store import DatabaseStore

Actor = Annotated[
    str,
    typer.Option("--actor", help="操作する人の職員番号（監査記録に残ります）。省略するとこの端末のログイン名。"),
]
In = Annotated[str, typer.Option("--organisation", "-o", help="団体の番号。団体が1つだけなら省略できます。")]


@contextmanager
def store(*, must_exist: bool = False) -> Iterator[DatabaseStore]:
    """The store of the data directory, closed at the end. ``must_exist``: don't make one."""
    current = settings.load(os.environ)
    if must_exist and (path := wiring.missing(current)):
        raise BadRequest(f"データベースがありません: {path}。AI_GOV_DATA_DIR の場所を確かめてください。")
    opened = wiring.store(current)
    try:
        yield opened
    finally:
        opened.close()


def actor_name(given: str) -> str:
    """Who the log says it was: a 職員番号, or the login of this terminal."""
    if given:
        return given
    try:
        return f"os:{getpass.getuser()}"
    except (OSError, KeyError):
        return f"os:{os.getuid()}"


def reader(opened: DatabaseStore, given: str, organisation_id: str = "") -> LogReader:
    """Who looks at the log: a person by the roles held today, or the login of this terminal, which reads no text.

    Raises BadRequest for somebody who is not registered, Forbidden for one without the role.
    """
    login = actor_name("")
    if not given:
        return LogReader(login, login=login)
    known = [item.id for item in opened.people.organisations()]
    own = [
        name for name in ([organisation_id] if organisation_id in known else known) if opened.people.member(name, given)
    ]
    if not own:
        raise BadRequest(f"職員番号 {given} は登録されていません。ai-gov user list で確かめてください。")
    if len(own) > 1:
        raise BadRequest(f"職員番号 {given} は複数の団体にあります。--organisation で選んでください: {'・'.join(own)}")
    found = log_reader(member(opened, own[0], given), known, on=japan_date(opened.clock.now()))
    return replace(found, login=login)


def reads_text(opened: DatabaseStore, given: str, organisation_id: str = "") -> bool:
    """Whether somebody reads what was written: only who holds a role for the log today."""
    try:
        return reader(opened, given, organisation_id).reads_text
    except (BadRequest, Forbidden):
        return False


def organisation(opened: DatabaseStore, given: str) -> str:
    """The organisation that is meant. Raises BadRequest where that isn't clear."""
    known = [item.id for item in opened.people.organisations()]
    if given in known:
        return given
    if given:
        raise BadRequest(f"団体 {given} は登録されていません。登録済み: {'・'.join(known) or 'なし'}")
    if len(known) == 1:
        return known[0]
    if not known:
        raise BadRequest("団体がまだありません。ai-gov user organisation 団体番号 団体名 で登録してください。")
    raise BadRequest(f"団体が複数あります。--organisation で選んでください: {'・'.join(known)}")


def member(opened: DatabaseStore, organisation_id: str, person: str) -> Member:
    """A person of the register. Raises BadRequest where there is none."""
    found = opened.people.member(organisation_id, person)
    if found is None:
        raise BadRequest(f"職員番号 {person} は登録されていません。ai-gov user list で確かめてください。")
    return found


def still_here(found: Member) -> Person:
    """The person, if not left. Raises BadRequest."""
    if found.person.left:
        raise BadRequest(
            f"職員番号 {found.person.id} は異動・退職済みです。もう一度使うには名簿を取り込み直してください。"
        )
    return found.person


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """進み具合: on the terminal only (stderr); gives a function that is told how much more is done."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)


def midnight(text: str, option: str, days: int = 0) -> dt.datetime | None:
    """The beginning of a day in Japan (and ``days`` later), as a person writes it; none for an empty text."""
    if not text:
        return None
    try:
        day = parse_date(text) + dt.timedelta(days=days)
    except ValueError:
        raise BadRequest(f"{option} は 2026-04-01 または 令和8年4月1日 の形で書いてください。") from None
    return dt.datetime.combine(day, dt.time(), JST)
