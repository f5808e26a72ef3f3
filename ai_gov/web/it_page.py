"""情報担当の画面の材料: what the pages of the IT staff call, and what every one of them shows."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from ai_gov.errors import AiGovError, BadRequest, ConfigError, Problem, TooLarge
from ai_gov.model import JST
from ai_gov.people.csvimport import parse_date
from ai_gov.people.model import Member, Role
from ai_gov.service.accounts import Visitor
from ai_gov.service.personnel import Editor, Entry, Personnel
from ai_gov.service.ports import Config, Reader
from ai_gov.service.rule_desk import RuleDesk
from ai_gov.service.suggestion_desk import SuggestionDesk
from ai_gov.web.render import render

ROLES: Final = frozenset({Role.IT})
SECTIONS: Final = (
    ("/it", "overview"),
    ("/it/rules", "rules"),
    ("/it/policy", "policy"),
    ("/it/prompts", "prompts"),
    ("/it/suggestions", "suggestions"),
    ("/it/people", "people"),
    ("/it/try", "try"),
    ("/it/change", "change"),
)
"""情報担当の画面の一覧: path and word, in the order of the local menu."""
MAX_BYTES: Final = 4_000_000
"""Of a field of a form, in which a whole set of files may stand."""


@dataclass(frozen=True, slots=True)
class ItPages:
    """情報担当の画面が使うもの. ``health`` gives findings as ``(well, sentence)``."""

    desk: RuleDesk
    personnel: Personnel
    suggestions: SuggestionDesk
    config: Config
    reader: Reader
    health: Callable[[], list[tuple[bool, str]]]
    organisation: Callable[[str], str]
    read_zip: Callable[[bytes], dict[str, str]]
    write_zip: Callable[[Mapping[str, str]], bytes]


def shown(request: Request, template: str, section: str, *, status: int = 200, **values: Any) -> Response:
    """A page under its entry of the local menu."""
    given = {"sections": SECTIONS, "section": section, "zone": JST, "message": "", "problems": (), "done": "", **values}
    return render(request, template, status=status, **given)


def editor_of(visitor: Visitor) -> Editor:
    """Who changes something."""
    return Editor(visitor.member.person.id, visitor.member)


def home(visitor: Visitor) -> str:
    """The organisation of whoever is signed in: these pages know no other."""
    return visitor.member.person.organisation


def failure(error: AiGovError) -> dict[str, Any]:
    """What a page says of an error: its status, and a sentence or every problem with file and line."""
    problems: tuple[Problem, ...] = error.problems if isinstance(error, ConfigError) else ()
    return {
        "status": 400 if problems else error.status,
        "message": "" if problems else error.message,
        "problems": problems,
    }


def field_of(form: FormData, name: str, longest: int = 400) -> str:
    """One line of a form. Raises BadRequest."""
    value = form.get(name, "")
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > longest:
        raise BadRequest(f"入力が長すぎます（{longest}文字まで）。", param=name)
    return text


def text_of(form: FormData, name: str) -> str:
    """A text of several lines, its line ends made one."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""


def day_of(form: FormData, name: str) -> dt.date | None:
    """A day, in the way of a calendar or of 令和; none for an empty field. Raises BadRequest."""
    value = field_of(form, name, 40)
    try:
        return parse_date(value) if value else None
    except ValueError:
        raise BadRequest("日付は 2027-03-31 または 令和9年3月31日 の形で書いてください。", param=name) from None


def entry_of(form: FormData) -> Entry:
    """What a form says of somebody. Raises BadRequest."""
    return Entry(
        field_of(form, "department"),
        field_of(form, "name"),
        field_of(form, "mail"),
        day_of(form, "valid_until"),
        field_of(form, "department_name"),
    )


async def upload_of(form: FormData, name: str, most: int) -> tuple[str, bytes]:
    """Name and bytes of a file. Raises BadRequest where none was chosen, TooLarge."""
    sent = form.get(name)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise BadRequest("ファイルを選んでください。", param=name)
    data = await sent.read(most + 1)
    if len(data) > most:
        raise TooLarge(f"ファイルが大きすぎます（{most // 1_000_000}メガバイトまで）。")
    return sent.filename[:100], data


def folded(text: str) -> str:
    """For searching: width and case don't count.

    >>> folded("ＡＰＩ キー") == folded("api ｷｰ")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold()


def name_of(members: Mapping[str, Member], number: str) -> str:
    """What somebody is called, or the number."""
    found = members.get(number)
    return found.person.name if found and found.person.name else number
