"""What surrounds a name is looked at once where a text repeats itself, and long runs of kanji give few candidates."""

import pytest

from ai_gov.detect.persons.blocks import ending_at, starting_at
from ai_gov.detect.persons.lexicon import Lexicon
from ai_gov.detect.persons.spans import spans
from ai_gov.detect.persons.view import View
from ai_gov.nlp.reader import SudachiReader

LENGTH = 6_000


def view_of(text: str) -> View:
    return View(SudachiReader().read(text), Lexicon.load())


@pytest.mark.parametrize("piece", ["係長", "山田太郎、", "田中さん", "山田太郎様、", "山田 太郎\n"])
def test_a_repeated_piece_is_worked_out_a_few_times_however_long_the_text(piece: str) -> None:
    view = view_of(piece * (LENGTH // len(piece)))
    for at in range(len(view.text)):
        starting_at(view, at)
        ending_at(view, at + 1)
    assert len(view.found) < 150


def test_what_was_worked_out_once_stands_where_it_was_asked_for() -> None:
    view = view_of("山田太郎、" * 40)
    found = [starting_at(view, at) for at in range(0, 150, 5)]
    assert [block.start for block in found if block] == list(range(0, 150, 5))
    assert all(view.text[block.start : block.end] == "山田太郎" for block in found if block)


def test_a_run_of_titles_gives_less_than_three_candidates_a_character() -> None:
    text = "係長" * (LENGTH // 2)
    assert sum(1 for _ in spans(view_of(text))) < 3 * len(text)


def test_a_listed_name_in_a_long_run_of_kanji_stays_a_candidate() -> None:
    text = "一覧表記載事項" * 10 + "佐藤" + "一覧表記載事項" * 3
    view = view_of(text)
    start = text.index("佐藤")
    assert any((span.start, span.end) == (start, start + 2) for span in spans(view))
