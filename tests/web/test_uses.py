"""The pages of the register: apply, decide, use; each role sees its own; nothing typed is lost; scripts stay text."""

import html
import io
import re

import pytest
from openpyxl import load_workbook

from ai_gov.people.model import Role
from ai_gov.service.ports import Governance
from tests.register.samples import ANSWERED
from tests.web.conftest import Browser

FIELDS = {
    "use": "",
    "title": "審議会の議事録の要約",
    "owner": "総務課",
    "purpose": "公開した審議会の録音を起こした文章を要約する",
    "destination": ["demo"],
    "personal": "no",
    "evaluates": "no",
    "users": "staff",
    "work": "internal",
    "learning": "none",
    "judged": "always",
    "published": "yes",
    "then": "apply",
}
HIGH = {"work": "benefit", **ANSWERED}


@pytest.fixture
async def people(enrol, site):
    """Signed-in browsers: an applicant, a colleague, a CAIO, an assistant, an auditor, IT staff."""
    roles = {
        "applicant": ("1001", Role.STAFF),
        "colleague": ("1002", Role.STAFF),
        "caio": ("1003", Role.STAFF, Role.CAIO),
        "assistant": ("1004", Role.CAIO_ASSISTANT),
        "auditor": ("1005", Role.AUDITOR),
        "it": ("1006", Role.IT),
    }
    out = {}
    for name, (number, *held) in roles.items():
        enrol(number, *held, name=f"架空 {number}")
        out[name] = Browser(site)
        await out[name].sign_in(number)
    return out


async def applied(people, who="applicant", **changes):
    response = await people[who].send("/uses", {**FIELDS, **changes})
    assert response.status_code == 303, re.findall(r'role="alert">(.*?)</div>', response.text, re.DOTALL)
    return response.headers["location"].partition("?")[0]


def buttons(page):
    return set(re.findall(r'(?:form)?action="/uses/[^/"]+/([a-z]+)"', page))


async def decided(people, who, path, act, version="1", **more):
    sent = {"version": version, "until": "2027-03-31", "comment": "目的を詳しく書いてください", **more}
    return await people[who].send(f"{path}/{act}", sent)


def codes(made, use):
    governance: Governance = made.config.current("132012")
    found = governance.policy.use(use)
    return found and found.approval and found.approval.approved_until.isoformat()


async def test_from_an_application_to_a_use_that_the_gateway_knows_and_to_its_end(people, made):
    path = await applied(people)
    assert buttons((await people["applicant"].get(path)).text) == {"withdraw"}
    seen = (await people["caio"].get(path)).text
    assert buttons(seen) == {"approve", "return", "reject"}
    assert "通常の手続" in seen
    assert "架空 1001" in seen
    use = re.search(r"<code>(use-[a-z0-9]{6})</code>", seen)[1]
    assert codes(made, use) is None
    response = await decided(
        people, "assistant", path, "approve", review_on="2027-02-01", conditions="公表前に確認する"
    )
    assert response.headers["location"] == f"{path}?done=approve"
    assert codes(made, use) == "2027-03-31"
    options = (await people["colleague"].get("/chat/options")).text
    assert "審議会の議事録の要約" in (await people["colleague"].get("/")).text + options
    page = (await people["applicant"].get(path)).text
    assert "公表前に確認する" in page
    assert buttons(page) == {"end"}
    assert (await decided(people, "applicant", path, "end", "2")).status_code == 303
    assert codes(made, use) is None


async def test_what_a_caio_has_to_judge_is_told_before_it_is_sent_and_an_assistant_does_not_approve_it(people):
    looked = await people["applicant"].send("/uses", {**FIELDS, **HIGH, "then": "look"})
    assert looked.status_code == 200
    assert "CAIOの判定が必要" in looked.text
    assert "業務の性格：給付・処分・選考の参考" in looked.text
    assert 'value="審議会の議事録の要約"' in looked.text
    assert "まだありません" in (await people["applicant"].get("/uses")).text
    path = await applied(people, **HIGH)
    page = (await people["assistant"].get(path)).text
    assert buttons(page) == {"return", "reject"}
    assert "承認できるのはCAIOだけ" in page
    assert (await decided(people, "assistant", path, "approve")).status_code == 403
    assert (await decided(people, "caio", path, "approve")).status_code == 303


async def test_what_was_returned_is_changed_and_applied_for_again(people):
    path = await applied(people)
    await decided(people, "caio", path, "return")
    page = (await people["applicant"].get(path)).text
    assert "目的を詳しく書いてください" in page
    assert "差戻し" in page
    form = (await people["applicant"].get(f"{path}/edit")).text
    assert "目的を詳しく書いてください" in form
    sent = {**FIELDS, "purpose": "公開分だけを要約する", "version": "2"}
    assert (await people["applicant"].send(f"{path}/apply", sent)).status_code == 303
    assert "公開分だけを要約する" in (await people["caio"].get(path)).text
    assert (await people["colleague"].send(f"{path}/apply", sent)).status_code == 404


@pytest.mark.parametrize(
    ("name", "lists", "one"),
    [("applicant", 200, 200), ("colleague", 200, 404), ("caio", 200, 200), ("auditor", 200, 200), ("it", 403, 403)],
)
async def test_who_sees_what(people, name, lists, one):
    path = await applied(people)
    listed = await people[name].get("/uses")
    assert listed.status_code == lists
    assert (path in listed.text) == (one == 200)
    assert (await people[name].get(path)).status_code == one
    reads = name in ("caio", "auditor")
    for kind in ("xlsx", "html"):
        assert (await people[name].get(f"/uses/export/{kind}")).status_code == (200 if reads else 403)


@pytest.mark.parametrize("name", ["applicant", "colleague", "auditor", "it"])
@pytest.mark.parametrize("act", ["approve", "return", "reject"])
async def test_nobody_else_decides(people, name, act):
    path = await applied(people)
    assert (await decided(people, name, path, act)).status_code in (403, 404)
    assert "承認待ち" in (await people["caio"].get(path)).text


async def test_a_caio_does_not_decide_on_the_own_application(people):
    path = await applied(people, "caio")
    page = (await people["caio"].get(path)).text
    assert buttons(page) == {"withdraw"}
    assert "自分の申請は、自分では判断できません" in page
    assert (await decided(people, "caio", path, "approve")).status_code == 403
    assert (await decided(people, "assistant", path, "approve")).status_code == 303


async def test_of_two_who_decide_the_second_is_told_and_keeps_what_was_typed(people):
    path = await applied(people)
    assert (await decided(people, "caio", path, "return")).status_code == 303
    late = await decided(people, "assistant", path, "reject", comment="先に書いていた理由")
    assert late.status_code == 409
    assert "「差戻し」なので" in late.text
    stale = await decided(people, "caio", await applied(people), "approve", "7", conditions="条件の文", comment="")
    assert stale.status_code == 409
    assert "条件の文" in stale.text


@pytest.mark.parametrize("act", ["approve", "return", "reject", "withdraw", "end", "apply", ""])
async def test_a_form_from_elsewhere_does_nothing(people, act, site):
    path = await applied(people)
    target = f"{path}/{act}" if act else "/uses"
    for who in ("applicant", "caio"):
        assert (await people[who].send(target, FIELDS, csrf="0" * 64)).status_code == 403
        crossed = await people[who].send(target, {**FIELDS, "version": "1"}, **{"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403
    assert (await Browser(site).get(path)).status_code == 303
    assert "承認待ち" in (await people["caio"].get(path)).text


async def test_scripts_that_were_typed_stay_text(people):
    evil = '"><script>alert(1)</script>'
    path = await applied(people, title=evil, owner=evil, **{**HIGH, "stop": evil})
    await decided(people, "caio", path, "return", comment=evil)
    for who, where in (("caio", path), ("caio", "/uses"), ("applicant", f"{path}/edit"), ("applicant", path)):
        page = (await people[who].get(where)).text
        assert "<script>alert" not in page
        assert html.escape(evil) in page.replace("&#34;", "&quot;"), where
    refused = await people["applicant"].send("/uses", {**FIELDS, "title": evil, "purpose": ""})
    assert refused.status_code == 400
    assert "<script>alert" not in refused.text


async def test_what_is_missing_is_told_and_nothing_typed_is_lost(people):
    sent = {key: value for key, value in FIELDS.items() if key not in ("users", "personal", "destination")}
    refused = await people["applicant"].send("/uses", {**sent, "purpose": "書いた目的"})
    assert refused.status_code == 400
    for told in ("「だれが使いますか」を選んで", "「個人情報を扱うか」を選んで", "「使うサービス」を選んで"):
        assert told in refused.text
    assert "書いた目的" in refused.text
    named = await people["applicant"].send("/uses", {**FIELDS, "purpose": "早乙女千尋さん（090-1234-5678）の相談"})
    assert named.status_code == 400
    assert "個人を表すもの" in named.text
    unknown = await people["applicant"].send("/uses", {**FIELDS, "destination": ["nowhere"]})
    assert "方針にありません" in unknown.text


async def test_the_exports_hold_no_name_of_a_person(people):
    path = await applied(people)
    await decided(people, "caio", path, "approve")
    sheet = await people["caio"].get("/uses/export/xlsx")
    book = load_workbook(io.BytesIO(sheet.content))
    assert book.sheetnames == ["サービス", "用途", "申請"]
    cells = [str(cell) for name in book.sheetnames for row in book[name].values for cell in row]
    assert "審議会の議事録の要約" in cells
    assert not [cell for cell in cells if "架空" in cell]
    page = (await people["auditor"].get("/uses/export/html")).text
    assert "審議会の議事録の要約" in page
    assert "架空" not in page
    assert "一般の文書作成" not in page
    assert (await people["caio"].get("/uses/export/csv")).status_code == 404


async def test_a_use_of_the_policy_is_applied_for_by_its_name(people, made):
    form = (await people["applicant"].get("/uses/new?use=minutes")).text
    assert '<option value="minutes" selected>' in form
    path = await applied(people, use="minutes", title="")
    await decided(people, "caio", path, "approve")
    assert codes(made, "minutes") == "2027-03-31"
    renewed = (await people["applicant"].get(f"/uses/new?from={path.rsplit('/', 1)[1]}")).text
    assert '<option value="minutes" selected>' in renewed
    assert "公開した審議会の録音" in renewed
    assert (await people["colleague"].get(f"/uses/new?from={path.rsplit('/', 1)[1]}")).status_code == 404
