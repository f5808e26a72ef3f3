"""グループの表: a CSV file that says which roles and which department a provider's groups mean."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import Final

from ai_gov.errors import ConfigError, Problem
from ai_gov.people.csvimport import decode, is_person_id
from ai_gov.people.model import Role
from ai_gov.people.provider import GroupRule

HEADER: Final = ("グループ", "役割", "所属コード")


def read_groups(data: bytes, path: str) -> dict[str, GroupRule]:
    r"""グループの表を読む: by group. Raises ConfigError with every problem at once.

    >>> table = "グループ,役割,所属コード\nAI利用者,職員,\n総務課長,職員・確認者,110\n".encode()
    >>> read_groups(table, "g.csv")["総務課長"].department
    '110'
    """
    problems: list[Problem] = []
    found: dict[str, GroupRule] = {}
    reader = csv.reader(io.StringIO(decode(data, path), newline=""), strict=True)
    try:
        for cells in reader:
            row = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
            if any(row):
                _row(row, reader.line_num, path, found, problems)
    except csv.Error:
        problems.append(
            Problem(path, reader.line_num, 'CSVとして読めません。引用符（"）が閉じているか確かめてください。')
        )
    if not found and not problems:
        problems.append(Problem(path, 1, f"グループが1つも書かれていません。1行目は {','.join(HEADER)} です。"))
    if problems:
        raise ConfigError(problems)
    return found


def _row(row: list[str], line: int, path: str, found: dict[str, GroupRule], problems: list[Problem]) -> None:
    if line == 1:
        if tuple(row) not in (HEADER, HEADER[:2]):
            problems.append(Problem(path, 1, f"1行目は {','.join(HEADER)} と書いてください。"))
        return
    group, words, department = [*row, "", "", ""][:3]
    if not group:
        problems.append(Problem(path, line, "「グループ」が空です。"))
    elif group in found:
        problems.append(Problem(path, line, "同じグループが2回書かれています。1行にまとめてください。"))
    if department and not is_person_id(department):
        problems.append(
            Problem(path, line, "「所属コード」は半角の英数字とハイフンなど（40文字まで）で書いてください。")
        )
    try:
        roles = tuple(Role.parse(word) for word in words.split("・") if word)
    except ValueError as error:
        problems.append(Problem(path, line, f"「役割」: {error}"))
        return
    found[group] = GroupRule(roles=roles, department=department)
