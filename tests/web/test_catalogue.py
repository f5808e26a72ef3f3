"""The catalogue: both languages say everything that pages ask for, and nothing else."""

import re
from importlib import resources

import yaml

from ai_gov.web.catalogue import LANGUAGES, words
from ai_gov.web.navigation import ITEMS

FILES = [path for path in (resources.files("ai_gov.web") / "templates").iterdir() if path.name.endswith(".html")]


def test_every_language_has_the_same_sentences_with_the_same_blanks():
    blanks = {
        language: {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in words(language).sentences.items()}
        for language in LANGUAGES
    }
    assert blanks["ja"] == blanks["en"]


def test_no_area_says_what_another_says():
    for language in LANGUAGES:
        folder = resources.files("ai_gov.web") / "words" / language
        tops = [key for path in folder.iterdir() for key in yaml.safe_load(path.read_text("utf-8"))]
        assert len(tops) == len(set(tops))


def test_templates_ask_for_sentences_that_are_there():
    asked = {key for path in FILES for key in re.findall(r'\bt\("([\w.]+)"[,)]', path.read_text("utf-8"))}
    assert asked
    assert asked <= set(words("ja").sentences)


def test_every_item_of_the_menu_has_its_word_and_hint():
    for item in ITEMS:
        assert item.word in words("ja").sentences
        if item.path != "/":
            assert f"{item.word}_hint" in words("ja").sentences


def test_no_template_holds_japanese_of_its_own():
    for path in FILES:
        text = re.sub(r'"日本語"|"English"', "", path.read_text("utf-8").replace('"日本語"', ""))
        assert not re.search(r"[ぁ-んァ-ヶ一-龥]", text), path.name
