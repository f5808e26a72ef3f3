"""Rule files are read strictly: every fault of every file at once, with file and line, in Japanese."""

from __future__ import annotations

import pytest

from ai_gov.errors import ConfigError
from ai_gov.rules.library import load_rules, parse_rules, read_folder, shipped

GOOD = """\
schema: 1
id: library-card
title: 図書館の利用カード番号
entity: LOCAL_ID
label: 番号
level: "3C"
removable: true
basis: [個人情報の保護に関する法律第2条第1項]
owner: 図書館
updated: 2026-11-25
advice: 番号は消してください。
detect:
  - kind: regex
    patterns: ['L[0-9]{8}']
examples:
  match:
    - text: L12345678 の方
      found: [L12345678]
  no_match:
    - 利用カードは9桁です。
"""


def problems(*texts: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_rules({f"redaction_rules/{number}.yaml": text for number, text in enumerate(texts)})
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_is_read():
    rules = parse_rules({"redaction_rules/a.yaml": GOOD})
    assert list(rules.rules) == ["library-card"]
    assert rules.paths["library-card"] == "redaction_rules/a.yaml"


@pytest.mark.parametrize(
    ("wrong", "right", "line", "message"),
    [
        ("titel: 図書館", "title: 図書館", 1, "必要な項目「title」がありません。"),
        ("schema: 2", "schema: 1", 1, "「schema」に書けるのは 1 のいずれかです。"),
        ("id: Library Card", "id: library-card", 2, "「id」"),
        ("entity: local", "entity: LOCAL_ID", 4, "「entity」"),
        ("label: 番号1", "label: 番号", 5, "「label」"),
        ('level: "機密性2"', 'level: "3C"', 6, "自治体機密性は 1・2・3C・3B・3A のいずれかで書いてください"),
        ("level: 3", 'level: "3C"', 6, "「level」は文字列で書いてください"),
        ("removable: たぶん", "removable: true", 7, "「removable」は true か false で書いてください。"),
        ("basis: 法律", "basis: [個人情報の保護に関する法律第2条第1項]", 8, "「basis」は一覧"),
        ("updated: 去年", "updated: 2026-11-25", 10, "「updated」は日付"),
        ("kind: regexp", "kind: regex", 13, "kind が正しくありません"),
        ("paterns:", "patterns:", 13, "必要な項目「patterns」がありません。"),
        (r"'(?=L)[0-9]{8}'", "'L[0-9]{8}'", 14, "先読み・後読み"),
        (r"'(?<!A)L[0-9]{8}'", "'L[0-9]{8}'", 14, "先読み・後読み"),
        (r"'(L)\1[0-9]{8}'", "'L[0-9]{8}'", 14, "正規表現として読めません"),
        ("'L[0-9'", "'L[0-9]{8}'", 14, "正規表現として読めません"),
        ("'(L(L{1,500}){1,500})'", "'L[0-9]{8}'", 14, "正規表現として読めません"),
        ("'(L+)+$'", "'L[0-9]{8}'", 14, "終わりのない繰り返し"),
        ("'L[0-9]*'", "'L[0-9]{8}'", 14, "終わりのない繰り返し"),
        ("'L.{3,}'", "'L[0-9]{8}'", 14, "終わりのない繰り返し"),
        ("'(?:L{500}){2}(?:L{500}){2}L{1000}L{1000}L{1000}L{9}'", "'L[0-9]{8}'", 14, "最大"),
        (r"'\bL[0-9]{8}'", "'L[0-9]{8}'", 14, r"\b と \w は日本語の隣で働きません"),
        (r"'L\w{8}'", "'L[0-9]{8}'", 14, r"\b と \w は日本語の隣で働きません"),
        ("'[0-9]{0,8}'", "'L[0-9]{8}'", 14, "空の文字列にも当てはまります"),
        ("      found: []", "      found: [L12345678]", 18, "「found」は 1 件以上書いてください。"),
        (
            "      found: [12345678]",
            "      found: [L12345678]",
            18,
            "は文字列で書いてください（数字は引用符で囲みます）",
        ),
        ("  no_match: []", "  no_match:\n    - 利用カードは9桁です。", 19, "「no_match」は 1 件以上書いてください。"),
        ("id: library-card\nid: other", "id: library-card", 3, "項目「id」が二度書かれています。"),
        ("id: [", "id: library-card", 4, "YAMLとして読めません"),
        (
            "detect:\n  - kind: regex\n    identifier: no_such",
            "detect:\n  - kind: regex",
            14,
            "知らない番号「no_such」",
        ),
        ("detect:\n  - kind: regex\n    score: 2", "detect:\n  - kind: regex", 14, "「score」は 1.0 以下"),
        (
            "detect:\n  - kind: regex\n    unless: [{patterns: ['円+']}]",
            "detect:\n  - kind: regex",
            14,
            "終わりのない繰り返し",
        ),
        (
            "detect:\n  - {kind: number, identifier: vehicle}\n  - kind: regex",
            "detect:\n  - kind: regex",
            13,
            "知らない番号「vehicle」",
        ),
        (
            "detect:\n  - {kind: labelled, labels: [札], value: '(?P<value>[0-9])'}\n  - kind: regex",
            "detect:\n  - kind: regex",
            13,
            "value には名前付きのグループを書けません。",
        ),
    ],
)
def test_each_fault_is_refused_with_its_line(wrong, right, line, message):
    assert right in GOOD
    found = problems(GOOD.replace(right, wrong, 1))
    assert any(one.startswith(f"redaction_rules/0.yaml:{line}: ") and message in one for one in found), found


def test_all_faults_of_all_files_are_told_at_once():
    one = GOOD.replace("owner: 図書館\n", "").replace("L[0-9]{8}", r"\bL[0-9]+")
    other = GOOD.replace("removable: true", "removable: maybe").replace("updated: 2026-11-25", "updated: soon")
    found = problems(GOOD.replace("'L[0-9]{8}'", r"'\bL'"), one, other)
    assert {text.split(":")[0] for text in found} == {f"redaction_rules/{number}.yaml" for number in range(3)}
    assert len(found) == 4


def test_an_id_counts_once_in_a_folder():
    assert problems(GOOD, GOOD) == [
        "redaction_rules/1.yaml:2: 規則の番号「library-card」は redaction_rules/0.yaml でも使われています。別の番号にしてください。"
    ]


def test_a_town_s_own_file_replaces_the_shipped_one_by_id():
    own = GOOD.replace("図書館の利用カード番号", "わが町の利用カード番号")
    rules = parse_rules({"redaction_rules/a.yaml": GOOD}, {"own/b.yaml": own})
    assert rules.rules["library-card"].title == "わが町の利用カード番号"
    assert rules.paths["library-card"] == "own/b.yaml"


def test_a_town_s_own_file_may_have_the_shipped_one_s_name():
    own = GOOD.replace("図書館の利用カード番号", "わが町の利用カード番号").replace("library-card", "our-card")
    rules = parse_rules({"redaction_rules/a.yaml": GOOD}, {"redaction_rules/a.yaml": own})
    assert set(rules.rules) == {"library-card", "our-card"}


def test_the_digest_changes_with_every_rule_and_with_nothing_else():
    base = parse_rules({"redaction_rules/a.yaml": GOOD})
    assert base.digest == parse_rules({"redaction_rules/a.yaml": GOOD, "redaction_rules/README.md": "x"}).digest
    assert base.digest != parse_rules({"redaction_rules/a.yaml": GOOD + "\n"}).digest
    allow = "schema: 1\npublished:\n  - {text: 代表, reason: 公表, expires: 2027-03-31}\n"
    with_allow = parse_rules({"redaction_rules/a.yaml": GOOD, "redaction_rules/allow.yaml": allow})
    assert base.digest != with_allow.digest
    assert with_allow.allow.published[0].text == "代表"


def test_a_town_s_allow_list_takes_the_place_of_the_shipped_one():
    shipped_allow = "schema: 1\npublished:\n  - {text: 代表, reason: 公表, expires: 2027-03-31}\n"
    rules = parse_rules({"r/allow.yaml": shipped_allow}, {"own/allow.yaml": "schema: 1\n"})
    assert rules.allow.published == ()


def test_folders_are_read_with_their_sub_folders(tmp_path):
    (tmp_path / "redaction_rules" / "topic").mkdir(parents=True)
    (tmp_path / "redaction_rules" / "topic" / "a.yaml").write_text("\ufeff" + GOOD, encoding="utf-8")
    (tmp_path / "redaction_rules" / "README.md").write_text("説明", encoding="utf-8")
    folder = tmp_path / "redaction_rules"
    assert list(read_folder(folder)) == ["redaction_rules/topic/a.yaml"]
    assert list(load_rules([folder]).rules) == ["library-card"]


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "a.yaml").write_bytes(GOOD.encode("cp932"))
    with pytest.raises(ConfigError, match=r"a\.yaml"):
        load_rules([tmp_path])


def test_the_shipped_rules_are_read():
    assert "my-number" in parse_rules(shipped("redaction_rules")).rules
