"""住民の照合: a name, an address or a number as the codes that the log may hold of it, and how much each says.

一致: what stood there is what was asked, as far as it was asked. 可能性あり: less stood there (a surname alone, the 町
alone) or only the reading, so it may be another resident. Neither tells two residents of one name apart.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ai_gov.audit import tokens
from ai_gov.audit.addresses import steps
from ai_gov.audit.bigrams import fold
from ai_gov.errors import BadRequest
from ai_gov.identifiers import my_number
from ai_gov.model import Json
from ai_gov.text import name_key


class Grade(enum.StrEnum):
    """照合の結果."""

    MATCH = "一致"
    POSSIBLE = "可能性あり"


@dataclass(frozen=True, slots=True)
class Resident:
    """照合する住民: what is known of a resident. No field ever reaches a repr, a log or an entry."""

    name: str = field(default="", repr=False)  # with a blank between 姓 and 名 where that is known
    reading: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    number_type: str = ""

    def __post_init__(self) -> None:
        if not any(value.strip() for value in (self.name, self.reading, self.address, self.number)):
            raise BadRequest("氏名・読み・住所・番号のどれかを指定してください。")
        if self.number_type in tokens.FORBIDDEN or (not self.number_type and self._is_my_number()):
            raise BadRequest(
                "個人番号では探せません。個人番号からは、照合のための符号も作らないことにしているためです（番号法2条8項）。"
                "氏名などで照合するか、検知の種類（個人番号）と職員番号で、"
                "個人番号が検知された利用を検索してください。"
                "別の番号（免許証など）であれば、番号の種類も指定してください。"
            )
        if self.number and self.number_type and self.number_type not in NUMBER_TYPES:
            raise BadRequest(f"番号の種類は {'・'.join(NUMBER_TYPES)} のいずれかで指定してください。")

    def _is_my_number(self) -> bool:
        digits = "".join(char for char in fold(self.number) if char.isdecimal())
        return len(digits) == 12 and my_number.is_valid(digits)

    def kinds(self) -> list[Json]:
        """What was asked for, as the log may say it."""
        asked = {"name": self.name, "reading": self.reading, "address": self.address, "number": self.number}
        return [kind for kind, value in asked.items() if value.strip()]

    def appears_in(self, text: str) -> bool:
        """Whether a text (a purpose) gives away what is looked for."""
        said = name_key(text)
        return any(len(key) > 1 and key in said for key in map(name_key, self._values()))

    def _values(self) -> Iterator[str]:
        yield from (value for value in (self.name, self.reading, self.address, self.number) if value.strip())
        yield from self.name.split()


NUMBER_TYPES: Final = ("PHONE_NUMBER", "EMAIL_ADDRESS", "JP_VEHICLE_NUMBER", *sorted(tokens.NUMBERS))


@dataclass(frozen=True, slots=True)
class Sign:
    """照合の手がかり: what a code in an entry means."""

    grade: Grade
    what: str  # in Japanese, without the value
    clear: bool = False  # it was let through as it stood


def signs(resident: Resident, key: bytes, organisation: str) -> dict[str, Sign]:
    """照合の符号: every code to look for in the log of an organisation, with what it means there."""
    found: dict[str, Sign] = {}
    for kind, value, grade, what in _asked(resident):
        for clear in (False, True):
            code = tokens.token(kind + tokens.CLEAR if clear else kind, value, key, organisation)
            known = found.get(code)
            if known is None or known.grade is Grade.POSSIBLE:
                found[code] = Sign(grade, what, clear)
    return found


def best(held: Mapping[str, Sign]) -> tuple[Grade, tuple[str, ...], bool]:
    """The grade of an entry that holds these: the best of them, what was found, and whether any was let through."""
    grade = Grade.MATCH if any(sign.grade is Grade.MATCH for sign in held.values()) else Grade.POSSIBLE
    what = dict.fromkeys(sign.what for sign in held.values() if sign.grade is grade)
    return grade, tuple(sorted(what)), any(sign.clear for sign in held.values())


_Asked = Iterator[tuple[str, str, Grade, str]]


def _asked(resident: Resident) -> _Asked:
    if resident.name.strip():
        yield from _name(resident.name, Grade.MATCH, "氏名", "姓または名だけ")
    if resident.reading.strip():
        yield from _name(resident.reading, Grade.POSSIBLE, "読み", "読みの一部だけ")
    if resident.address.strip():
        yield from _address(resident.address)
    if resident.number.strip():
        kinds = (resident.number_type,) if resident.number_type else NUMBER_TYPES
        for kind in kinds:
            yield kind, resident.number, Grade.MATCH, "番号"


def _name(name: str, whole: Grade, what: str, part: str) -> _Asked:
    """A whole name, and its parts where they stood alone. Without a blank every place to part it is tried."""
    yield "PERSON", name, whole, what
    words = name.split()
    if len(words) > 1:
        parts = [words[0], words[-1]]
    else:
        parts = [piece for at in range(1, len(name)) for piece in (name[:at], name[at:])]
        yield tokens.SURNAME, name, Grade.POSSIBLE, "同じ姓の氏名"
        yield tokens.GIVEN, name, Grade.POSSIBLE, "同じ名の氏名"
    for piece in parts:
        yield "PERSON", piece, Grade.POSSIBLE, part


def _address(address: str) -> _Asked:
    cut = steps(address)
    if not cut:
        raise BadRequest("住所を読み取れません。町名から番地までを書いてください（例: 見本町1丁目2番3号）。")
    yield tokens.WITHIN, cut[-1], Grade.MATCH, "住所"
    for step in cut[:-1]:
        yield "JP_ADDRESS", step, Grade.POSSIBLE, "住所の途中まで"
