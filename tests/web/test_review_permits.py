"""A superior permits what was held: the text is shown hidden, to reviewers of the department only, and decided once."""

import re

import pytest

from ai_gov.people.model import Role
from tests.web.conftest import Browser
from tests.web.test_chat import Chatting, body


@pytest.fixture
async def held(enrol, site):
    """The path of a waiting permit, and browsers of who asked, a reviewer, a colleague and a CAIO."""
    enrol("1001", Role.STAFF, Role.REVIEWER)
    enrol("1002", Role.STAFF, Role.REVIEWER)
    enrol("1003", Role.STAFF)
    enrol("1004", Role.CAIO)
    people = {}
    for number in ("1001", "1002", "1003", "1004"):
        people[number] = Browser(site)
        await people[number].sign_in(number)
    chatting = Chatting(people["1001"], await people["1001"].csrf())
    name = [{"type": "PERSON", "text": "早乙女千尋", "reason": "fictional"}]
    assert (await chatting.ask(body(unmarked=name)))[-1]["error"]["code"] == "held"
    path = re.search(r'href="(/permits/[^"]+)"', (await people["1002"].get("/permits")).text)[1]
    return path, people


async def test_a_reviewer_sees_it_hidden_and_decides_once(held):
    path, people = held
    page = (await people["1002"].get(path)).text
    assert "早乙女" not in page
    assert f"{path}/grant" in page
    assert (await people["1002"].send(f"{path}/grant", {})).status_code == 303
    assert "許可済み" in (await people["1001"].get(path)).text
    again = await people["1002"].send(f"{path}/refuse", {})
    assert again.status_code == 409
    assert "画面を開き直して" in again.text


@pytest.mark.parametrize(("number", "status"), [("1001", 403), ("1003", 404), ("1004", 403)])
async def test_nobody_else_decides(held, number, status):
    path, people = held
    assert f"{path}/grant" not in (await people[number].get(path)).text
    assert (await people[number].send(f"{path}/grant", {})).status_code == status
    forged = await people["1002"].send(f"{path}/grant", {}, csrf="0" * 64)
    assert forged.status_code == 403
    assert "許可待ち" in (await people["1002"].get(path)).text
