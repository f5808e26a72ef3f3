import pytest

from ai_gov.model import Finding, Level, NameParts
from ai_gov.redact.redact import redact
from tests.redact.strategies import GRAMMAR


def named(text, *names):
    """Findings for names in order: (surface, surname, given, reading)."""
    out, at = [], 0
    for surface, surname, given, reading in names:
        start = text.index(surface, at)
        at = start + len(surface)
        parts = NameParts(surname, given, reading)
        out.append(Finding("PERSON", start, at, Level.L3C, "name", label="氏名", name=parts))
    return redact(text, out, GRAMMAR).apply(text)


TARO = ("山田太郎", "山田", "太郎", False)
HANAKO = ("山田花子", "山田", "花子", False)
YAMADA = ("山田", "山田", "", False)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("山田太郎と山田さん", (TARO, YAMADA), "〔氏名1〕と〔氏名1・姓〕さん"),
        ("山田さんは山田太郎", (YAMADA, TARO), "〔氏名1・姓〕さんは〔氏名1〕"),
        ("山田太郎、山田花子、山田さん", (TARO, HANAKO, YAMADA), "〔氏名1〕、〔氏名2〕、〔氏名3〕さん"),
        ("太郎と山田太郎", (("太郎", "", "太郎", False), TARO), "〔氏名1・名〕と〔氏名1〕"),
        (
            "山田太郎（ヤマダタロウ）",
            (TARO, ("ヤマダタロウ", "ヤマダ", "タロウ", True)),
            "〔氏名1〕（〔氏名1・カナ〕）",
        ),
        ("山田太郎と山田　太郎", (TARO, ("山田　太郎", "山田", "太郎", False)), "〔氏名1〕と〔氏名1・表記2〕"),
        (
            "髙橋一と高橋一",
            (("髙橋一", "髙橋", "一", False), ("高橋一", "高橋", "一", False)),
            "〔氏名1〕と〔氏名1・表記2〕",
        ),
    ],
)
def test_one_person_keeps_one_number(text, names, expected):
    assert named(text, *names) == expected


def test_what_a_user_types_in_a_placeholders_form_is_never_taken_for_one():
    text = "〔氏名1〕は山田太郎の【氏名２】"
    assert named(text, TARO) == "〔表記1〕は〔氏名1〕の〔表記2〕"


def test_an_individual_number_is_masked_and_no_vault_holds_it():
    text = "番号は123456789018"
    finding = Finding(
        "JP_MY_NUMBER", 3, 15, Level.L3B, "my-number", removable=False, irreversible=True, label="個人番号"
    )
    done = redact(text, [finding], GRAMMAR)
    assert done.apply(text) == "番号は〔個人番号・非表示〕"
    assert "123456789018" not in done.vault.surfaces.values()


def test_a_vault_never_shows_its_surfaces():
    text = "山田太郎"
    finding = Finding("PERSON", 0, 4, Level.L3C, "name", label="氏名", name=NameParts("山田", "太郎"))
    assert "山田" not in repr(redact(text, [finding], GRAMMAR))
