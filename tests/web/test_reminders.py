"""お知らせ on the pages: the menu counts, the list of reviews says what, and nobody sees another's."""

import pytest

from tests.web.test_review import approved, edited, people, started

__all__ = ["people"]


@pytest.mark.usefixtures("people")
async def test_the_menu_counts_what_waits_and_no_longer_once_it_is_done(people):
    assert 'class="count"' not in (await people["boss"].get("/")).text
    path = await started(people)
    await edited(people, path)
    for name, count in (("boss", 1), ("second", 1), ("author", 0), ("stranger", 0), ("colleague", 0), ("caio", 0)):
        page = (await people[name].get("/help")).text
        assert ('<span class="count">1件</span>' in page) == bool(count), name
    assert "あなたの確認を待っているものが 1 件あります。" in (await people["boss"].get("/reviews")).text
    await people["boss"].send(f"{path}/return", {"comment": "日時を確かめてください"})
    assert 'class="count"' not in (await people["boss"].get("/help")).text
    page = (await people["author"].get("/reviews")).text
    assert "差し戻されたものが 1 件あります。" in page
    assert '<span class="count">1件</span>' in page
    await edited(people, path, revision="2")
    await approved(people, path)
    for name in ("boss", "author"):
        assert 'class="count"' not in (await people[name].get("/help")).text
