"""名簿の取り込み: the yearly transfers as a CSV file, read strictly, every problem with its line at once.

UTF-8 with or without BOM, or cp932 (what Excel in Japan writes). The header names the columns, in any order.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ai_gov.errors import ConfigError, Problem
from ai_gov.people.model import Role

REQUIRED = ("職員番号", "氏名", "所属コード", "所属名")
OPTIONAL = ("役割", "メール", "有効期限")
MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_CELL = 200  # characters

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", re.ASCII)
_DATE = re.compile(r"([0-9]{4})[-/年.]([0-9]{1,2})[-/月.]([0-9]{1,2})日?", re.ASCII)
_ERA_DATE = re.compile(r"(?:令和|R)([1-9][0-9]{0,2}|元)[-/年.]([0-9]{1,2})[-/月.]([0-9]{1,2})日?", re.ASCII)
_NO_CHARACTER = re.compile("[\x80\uf8f0-\uf8f3]")  # what Python makes of bytes that cp932 doesn't have
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_ROLE_SEPARATOR = re.compile(r"[・、,;/\s]+")

_Wrong = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """名簿の1行. ``roles``, ``mail`` and ``valid_until`` are none where the file has no such column."""

    line: int
    id: str
    department: str
    department_name: str
    name: str = field(repr=False)
    roles: frozenset[Role] | None = None
    mail: str | None = field(default=None, repr=False)
    valid_until: dt.date | None = None
    has_valid_until: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """名簿: everybody who belongs to an organisation from now on."""

    rows: tuple[RosterRow, ...]

    def departments(self) -> dict[str, str]:
        """The departments that are named, id to name."""
        return {row.department: row.department_name for row in self.rows}


def decode(data: bytes, path: str) -> str:
    """文字にする: the text of a file. Raises ConfigError where it is neither UTF-8 nor cp932, with the line.

    >>> decode("職員番号".encode("cp932"), "a.csv") == decode("職員番号".encode("utf-8-sig"), "a.csv")
    True
    """
    if len(data) > MAX_BYTES:
        raise _refused(path, 1, f"大きすぎます（{MAX_BYTES // 1_000_000}MBまで）。ファイルを確かめてください。")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(path, 1, "UTF-16 は読めません。Excelの「CSV UTF-8」形式で保存し直してください。")
    with_bom = data.startswith(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        utf8 = error
    if with_bom or REQUIRED[0].encode() in data.partition(b"\n")[0]:  # UTF-8 it is, with a broken character
        line = data.count(b"\n", 0, utf8.start) + 1
        raise _refused(path, line, "UTF-8として読めない文字があります。「CSV UTF-8」形式で保存し直してください。")
    try:
        text = data.decode("cp932")
        broken = _NO_CHARACTER.search(text)
        if broken is None:
            return text
        line = text.count("\n", 0, broken.start()) + 1
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise _refused(
        path, line, "UTF-8でもShift_JIS（cp932）でも読めない文字があります。「CSV UTF-8」形式で保存し直してください。"
    )


def read_roster(data: bytes, path: str = "名簿.csv") -> Roster:
    """名簿を読む: Raises ConfigError with every problem of the file at once; a name never stands in a message."""
    text = decode(data, path)
    problems: list[Problem] = []
    records = _records(text, path, problems)
    first = next(records, None)
    if first is None:
        raise ConfigError(problems or [Problem(path, 1, "空のファイルです。見出しの行から書いてください。")])
    header = _header(first[1], path, problems)
    if problems:
        raise ConfigError(problems)
    rows: dict[str, RosterRow] = {}
    departments: dict[str, tuple[str, int]] = {}
    for line, cells in records:
        row = _row(line, cells, header, path, problems)
        if row is None:
            continue
        if row.id in rows:
            problems.append(Problem(path, line, f"職員番号 {row.id} が {rows[row.id].line} 行目にもあります。"))
        name, at = departments.setdefault(row.department, (row.department_name, line))
        if name != row.department_name:
            problems.append(
                Problem(
                    path,
                    line,
                    f"所属コード {row.department} の所属名が {at} 行目と違います。どちらかに揃えてください。",
                )
            )
        rows.setdefault(row.id, row)
    if not rows and not problems:
        problems.append(Problem(path, 1, "職員が1人も書かれていません。"))
    if problems:
        raise ConfigError(problems)
    return Roster(tuple(rows.values()))


def _records(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins; empty ones are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, count = 1, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(path, line, 'CSVとして読めません。引用符（"）が閉じているか確かめてください。'))
            return
        begins, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS + 1:
            problems.append(Problem(path, begins, f"行が多すぎます（{MAX_ROWS} 行まで）。"))
            return
        yield begins, cells


def _header(cells: list[str], path: str, problems: list[Problem]) -> dict[str, int]:
    header: dict[str, int] = {}
    for number, cell in enumerate(cells):
        name = unicodedata.normalize("NFKC", cell).strip()
        if name not in REQUIRED + OPTIONAL:
            known = "・".join(REQUIRED + OPTIONAL)
            shown = name if len(name) <= 20 else f"{number + 1}列目"
            problems.append(Problem(path, 1, f"見出し「{shown}」は使えません。使えるのは {known} です。"))
        elif name in header:
            problems.append(Problem(path, 1, f"見出し「{name}」が2つあります。"))
        header[name] = number
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        problems.append(Problem(path, 1, f"見出し「{'」「'.join(missing)}」がありません。1行目に書いてください。"))
    return header


def _row(
    line: int, cells: list[str], header: Mapping[str, int], path: str, problems: list[Problem]
) -> RosterRow | None:
    if len(cells) != len(header):
        problems.append(Problem(path, line, f"列が {len(cells)} 個です。見出しは {len(header)} 個です。"))
        return None
    before = len(problems)
    value = {name: unicodedata.normalize("NFKC", cells[number]).strip() for name, number in header.items()}
    value["氏名"] = cells[header["氏名"]].strip()  # a name stays as it is written

    def wrong(message: str) -> None:
        problems.append(Problem(path, line, message))

    for name, cell in value.items():
        if len(cell) > MAX_CELL:
            wrong(f"「{name}」が長すぎます（{MAX_CELL} 文字まで）。")
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in cell):
            wrong(f"「{name}」に改行などの制御文字があります。")
    for name in ("職員番号", "所属コード"):
        if not _ID.fullmatch(value[name]):
            wrong(f"「{name}」は半角の英数字とハイフンなど（40文字まで）で書いてください。")
    wrong_empty = [name for name in ("氏名", "所属名") if not value[name]]
    for name in wrong_empty:
        wrong(f"「{name}」が空です。")
    roles = _roles(value["役割"], wrong) if "役割" in value else None
    if value.get("メール") and not _MAIL.fullmatch(value["メール"]):
        wrong("「メール」の形が正しくありません。")
    until = _until(value.get("有効期限", ""), wrong)
    if len(problems) > before:
        return None
    return RosterRow(
        line,
        value["職員番号"],
        value["所属コード"],
        value["所属名"],
        value["氏名"],
        roles,
        value.get("メール"),
        until,
        "有効期限" in value,
    )


def _roles(cell: str, wrong: _Wrong) -> frozenset[Role]:
    roles = set()
    for word in filter(None, _ROLE_SEPARATOR.split(cell)):
        try:
            roles.add(Role.parse(word))
        except ValueError:
            names = "・".join(role.ja for role in Role)
            wrong(f"「役割」に知らない語があります。{names} のいずれかを「・」で区切って書いてください。")
    return frozenset(roles or {Role.STAFF})


def _until(cell: str, wrong: _Wrong) -> dt.date | None:
    if not cell:
        return None
    try:
        return parse_date(cell)
    except ValueError:
        wrong("「有効期限」は 2027-03-31 または 令和9年3月31日 の形で書いてください。")
        return None


def is_person_id(text: str) -> bool:
    """Whether a text can be a 職員番号 or a 所属コード.

    >>> is_person_id("1001"), is_person_id("ichiro@town.example.jp")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def parse_date(text: str) -> dt.date:
    """日付を読む: western or 令和. Raises ValueError.

    >>> parse_date("令和9年3月31日") == parse_date("2027/3/31") == parse_date("R9.3.31")
    True
    """
    if match := _DATE.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := _ERA_DATE.fullmatch(text):
        year = 1 if match[1] == "元" else int(match[1])
        return dt.date(2018 + year, int(match[2]), int(match[3]))
    raise ValueError(text)


def _refused(path: str, line: int, message: str) -> ConfigError:
    return ConfigError([Problem(path, line, message)])
