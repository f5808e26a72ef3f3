"""Trying and applying on the pages: checked, shown, confirmed, recorded; wrong files are told by line; nothing is lost."""

import html
import io
import json
import re
import zipfile

import pytest

from ai_gov import wiring
from ai_gov.people.model import Role
from ai_gov.stores.entry import Filter
from tests.service.brokenfiles import CARD, GOOD, RULE

POLICY = "redaction_rules/policy.yaml"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def it(enrol, browser):
    enrol("1001")
    enrol("9001", Role.STAFF, Role.IT, name="見本 九一")
    await browser.sign_in("9001")
    return browser


def in_force(made):
    return wiring.in_force(made.store)


def carried(page):
    """What the page of the difference would send back."""
    values = dict(re.findall(r'name="(base|changed)" value="([^"]*)"', page))
    return {name: html.unescape(value) for name, value in values.items()}


def fewer(made, count):
    return in_force(made)[1][POLICY].replace("list_min_records: 10", f"list_min_records: {count}")


async def proposed(it, path, text):
    response = await it.send("/it/change/file", {"path": path, "yaml": text})
    assert response.status_code == 200, response.text[:3000]
    return response.text


async def test_an_edited_policy_is_shown_confirmed_and_recorded(it, made):
    before, files = in_force(made)
    page = await proposed(it, POLICY, fewer(made, 7).replace("\n", "\r\n"))
    assert "<ins>+list_min_records: 7</ins>" in page
    assert "第" in page[page.index('id="impact"') : page.index('id="diff"')]
    assert in_force(made)[0] == before, "nothing is applied before it is confirmed"
    done = await it.send("/it/change/apply", carried(page))
    assert done.headers["location"] == "/it?done=applied"
    after, now = in_force(made)
    assert now == {**files, POLICY: fewer(made, 7)}
    (entry,) = made.store.audit.entries(Filter(kind="config_applied"))[:1]
    assert (entry.columns["actor"], entry.event.data["before"], entry.event.data["digest"]) == ("9001", before, after)
    assert "+list_min_records: 7" in entry.event.data["diff"]
    overview = (await it.get("/it?done=applied")).text
    assert "見本 九一" in overview
    assert "適用しました" in overview


async def test_a_new_rule_takes_its_place_beside_the_shipped_and_goes_again(it, made):
    page = await proposed(it, RULE, GOOD)
    await it.send("/it/change/apply", carried(page))
    own = f"own/{RULE}"
    assert in_force(made)[1][own] == GOOD
    listed = (await it.get("/it/change")).text
    assert own in listed
    packed = zipfile.ZipFile(io.BytesIO((await it.get("/it/change/own.zip")).content))
    assert packed.namelist() == [RULE]
    back = (await it.send("/it/change/restore", {"path": own})).text
    await it.send("/it/change/apply", carried(back))
    assert own not in in_force(made)[1]


async def test_what_was_compared_with_another_set_is_refused(it, made, enrol, site):
    from tests.web.conftest import Browser

    enrol("9002", Role.IT)
    other = Browser(site)
    await other.sign_in("9002")
    mine = await proposed(it, POLICY, fewer(made, 7))
    await other.send("/it/change/apply", carried(await proposed(other, POLICY, fewer(made, 8))))
    stands = in_force(made)
    late = await it.send("/it/change/apply", carried(mine))
    assert (late.status_code, "別の設定が適用されました" in late.text) == (409, True)
    assert in_force(made) == stands


async def test_what_is_wrong_is_told_by_file_and_line_and_the_text_stays(it, made):
    before = in_force(made)
    for path, text, said in (
        (RULE, GOOD.replace("label:", "lable:"), "知らない項目「lable」"),
        (RULE, "id: [", "YAMLとして読めません"),
        (RULE, GOOD.replace("title:", f"{SCRIPT}:"), "知らない項目"),
        (POLICY, "schema: 1\n", "必要な項目「title」がありません"),
    ):
        answer = await it.send("/it/change/file", {"path": path, "yaml": text})
        shown = html.unescape(answer.text)
        assert (answer.status_code, said in shown) == (400, True), said
        assert re.search(r"<strong>\d+行目</strong>", shown)
        assert text.splitlines()[0] in shown
        assert "<script>alert" not in answer.text
    assert in_force(made) == before


async def test_a_file_goes_nowhere_else(it):
    for path in ("../x.yaml", "guidelines/a.yaml", "redaction_rules/a.txt", "/etc/a.yaml", "", SCRIPT):
        answer = await it.send("/it/change/file", {"path": path, "yaml": GOOD})
        assert (answer.status_code, "ファイルの名前は" in answer.text) == (400, True), path
        assert "<script>alert" not in answer.text


async def test_a_confirmation_that_was_made_up_is_checked_again(it, made):
    base, before = in_force(made)
    broken = json.dumps({RULE: "id: ["})
    for changed in ("", "{", "[]", '{"a": 1}', '{"../../etc/x.yaml": "x"}', broken, "[" * 3000, "{}"):
        answer = await it.send("/it/change/apply", {"base": base, "changed": changed})
        assert answer.status_code == 400, changed[:20]
    assert in_force(made)[1] == before


async def upload(it, files, name="設定.zip"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for path, text in files.items():
            package.writestr(path, text)
    token = await it.csrf()
    data = out.getvalue() if files else b"no zip"
    return await it.http.post("/it/change/zip", data={"csrf": token}, files={"file": (name, data)})


async def test_a_folder_as_zip_is_what_rules_apply_would_do(it, made, tmp_path):
    folder = {f"町/{RULE}": GOOD, f"町/{POLICY}": fewer(made, 6)}
    page = await upload(it, folder)
    assert page.status_code == 200, page.text[:3000]
    await it.send("/it/change/apply", carried(page.text))
    for path, text in folder.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    assert in_force(made)[1] == wiring.files(tmp_path / "町")
    same = await upload(it, folder)
    assert (same.status_code, "変更はありません" in same.text) == (400, True)
    broken = await upload(it, {f"町/{RULE}": GOOD.replace("label:", "lable:")})
    assert (broken.status_code, "lable" in broken.text) == (400, True)
    assert (await upload(it, {})).status_code == 400


async def test_a_text_is_tried_side_by_side_and_kept_nowhere(it, made):
    before, entries = in_force(made), made.store.audit.counts().entries
    text = f"{CARD} の方への督促状を書いてください。"
    answer = await it.send("/it/try", {"text": text, "path": RULE, "yaml": GOOD, "destination": "demo"})
    assert answer.status_code == 200
    shown = html.unescape(answer.text)
    left, right = shown.split('id="after"')
    assert "違い" in right
    assert f">{CARD}<sup>" in right
    assert f">{CARD}<sup>" not in left.split('id="before"')[1]
    assert "例はすべて期待どおり" in shown
    assert in_force(made) == before
    assert made.store.audit.counts().entries == entries
    raw = b"".join(path.read_bytes() for path in made.store.database.path.parent.rglob("*") if path.is_file())
    assert CARD.encode() not in raw


async def test_a_text_alone_is_explained_by_what_is_in_force(it):
    answer = await it.send("/it/try", {"text": f"早乙女千尋さん{SCRIPT}（090-1234-5678）", "destination": "demo"})
    assert answer.status_code == 200
    assert "見つけ方" in answer.text
    assert "〔氏名1〕" in answer.text
    assert 'id="after"' not in answer.text
    assert "<script>alert" not in answer.text


async def test_examples_that_fail_are_told_with_their_line(it):
    wrong = GOOD.replace("no_match:", f"no_match:\n    - {CARD} の方", 1)
    assert wrong != GOOD
    answer = await it.send("/it/try", {"text": "", "path": RULE, "yaml": wrong})
    assert answer.status_code == 200
    assert "当てはまらない例なのに" in answer.text
    assert re.search(r"<strong>\d+行目</strong>", answer.text)
    too_long = await it.send("/it/try", {"text": "あ" * 20_001})
    assert (too_long.status_code, "20,000文字まで" in too_long.text) == (400, True)
