"""A difference shows both texts whole, and what changed in them."""

from hypothesis import given
from hypothesis import strategies as st

from ai_gov.review.diff import hunks, kept

TEXT = st.text(st.sampled_from("あい令和１\n"), max_size=60)


def side(found, right):
    rows = [row for hunk in found for row in hunk.rows if (row.right_number if right else row.left_number) is not None]
    rows.sort(key=lambda row: row.right_number if right else row.left_number)
    return "\n".join("".join(piece.text for piece in (row.right if right else row.left)) for row in rows)


@given(TEXT, TEXT)
def test_all_rows_together_are_both_texts(draft, final):
    found = hunks(draft, final)
    assert side(found, right=False) == draft
    assert side(found, right=True) == final
    assert (draft == final) == all(hunk.kind == "same" for hunk in found)
    assert 0 <= kept(draft, final) <= 1


def test_only_the_changed_characters_are_marked():
    (hunk,) = hunks("申請は3月31日までです。", "申請は4月30日までです。")
    assert [piece.text for piece in hunk.rows[0].right if piece.changed] == ["4", "0"]


def test_long_texts_are_compared_in_reasonable_time():
    long = "\n".join(f"{n}行目の文章です。" for n in range(6_000))
    assert [hunk.kind for hunk in hunks(long, long + "。")] == ["removed", "added"]
    assert [hunk.kind for hunk in hunks(long, long)] == ["same"]
    line = "あ" * 100_000
    assert hunks(line, line + "い")[0].rows[0].right[0].changed
