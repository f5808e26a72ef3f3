"""Files of a town, good and broken, with the place and the words by which each fault is told. Not a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ai_gov.rules.library import shipped
from tests.rules.test_library import GOOD as LIBRARY_CARD

GOOD = LIBRARY_CARD.replace("L[0-9]{8}", "LIB[0-9]{8}").replace("L12345678", "LIB12345678")
CARD = "LIB87654321"
"""A number that only this rule finds."""
RULE = "redaction_rules/town/library.yaml"
POLICY = "redaction_rules/policy.yaml"


@dataclass(frozen=True)
class Fault:
    """What is wrong in which files, and how it is told: path, line, words."""

    files: dict[str, str]
    path: str
    line: int
    words: str


def rule(old: str, new: str, line: int, words: str) -> Fault:
    assert old in GOOD
    return Fault({RULE: GOOD.replace(old, new, 1)}, f"own/{RULE}", line, words)


def policy(old: str, new: str, words: str, *, at: str = "") -> Fault:
    text = shipped("redaction_rules")[POLICY]
    assert old in text
    line = text[: text.index(at or old)].count("\n") + 1
    return Fault({POLICY: text.replace(old, new, 1)}, POLICY, line, words)


FAULTS = {
    "a rule that is no YAML": rule("id: library-card", "id: [", 4, "YAMLとして読めません"),
    "a rule that is empty": Fault({RULE: "# まだ書いていません\n"}, f"own/{RULE}", 1, "空か、項目名のないファイル"),
    "an unknown key": rule("owner: 図書館", "owner: 図書館\nurgent: true", 10, "知らない項目「urgent」があります"),
    "a missing key": rule("label: 番号\n", "", 1, "必要な項目「label」がありません"),
    "a key written twice": rule("id: library-card", "id: library-card\nid: other", 3, "項目「id」が二度書かれています"),
    "an id used twice": Fault(
        {RULE: GOOD, "redaction_rules/town/more.yaml": GOOD}, "own/redaction_rules/town/more.yaml", 2, "library-card"
    ),
    "a level that does not exist": rule('level: "3C"', 'level: "4"', 6, "自治体機密性は 1・2・3C・3B・3A"),
    "a pattern that never ends": rule("'LIB[0-9]{8}'", "'(L+)+$'", 14, "終わりのない繰り返し"),
    "a pattern that grows": rule("'LIB[0-9]{8}'", "'(L(L{1,500}){1,500})'", 14, "正規表現として読めません"),
    "a pattern that is none": rule("'LIB[0-9]{8}'", "'LIB[0-9'", 14, "正規表現として読めません"),
    "a pattern that looks ahead": rule("'LIB[0-9]{8}'", "'LIB(?=9)[0-9]{8}'", 14, "先読み・後読み"),
    "a policy that is no YAML": policy(
        "destinations:\n", "destinations: {\n", "YAMLとして読めません", at="  - name: demo"
    ),
    "a policy with an unknown key": policy("list_min_records: 10", "list_min_record: 10", "知らない項目"),
    "a service of terms with a class": policy(
        '"1"\n    approved_until: 2099-03-31\n\n',
        '"3C"\n    approved_until: 2099-03-31\n\n',
        "max_level",
        at="  - name: default",
    ),
    "a secret that may leave": policy('stop_levels: ["3A"]', 'stop_levels: ["3B"]', '"3A" は外せません'),
    "a type that no rule finds": policy("stop_entities: [JP_MY_NUMBER]", "stop_entities: [JP_MYNUMBER]", "JP_MYNUMBER"),
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """The folder that AI_GOV_CONFIG_DIR names, with these files."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return folder
