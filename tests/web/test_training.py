"""The pages of the training: lessons, the quiz once, explanations, and counts for the CAIO; a pass where it is needed."""

import html
import re

import pytest

from ai_gov import wiring
from ai_gov.people.model import Role
from ai_gov.service.governance import POLICY, digest
from ai_gov.settings import Settings
from tests.web.conftest import Browser


@pytest.fixture
async def people(enrol, site):
    """Signed-in browsers: two of the staff, a CAIO, an auditor, IT staff."""
    out = {}
    for name, number, role in (
        ("staff", "1001", Role.STAFF),
        ("colleague", "1002", Role.STAFF),
        ("caio", "1003", Role.CAIO),
        ("auditor", "1004", Role.AUDITOR),
        ("it", "1005", Role.IT),
    ):
        enrol(number, role, name=f"架空 {number}")
        out[name] = Browser(site)
        await out[name].sign_in(number)
    return out


@pytest.fixture
def require(made):
    """Puts a policy in force that wants a pass, with words of it replaced."""

    def require_(*changes):
        files = dict(wiring.files(None))
        for old, new in (("required: false", "required: true"), ("questions: 10", "questions: 3"), *changes):
            assert old in files[POLICY]
            files[POLICY] = files[POLICY].replace(old, new, 1)
        made.store.config.apply(files, digest=digest(files), actor="1005", diff=[])

    return require_


def material(made, tmp_path):
    from ai_gov.wiring.training_desk import training_material

    return training_material(made.store, Settings(data_dir=tmp_path / "data"))("132012")


async def quiz(people, who="staff"):
    """Begin, and read the form: the attempt and the questions as the page shows them."""
    response = await people[who].send("/training/start", {}, csrf=await people[who].csrf("/training"))
    assert response.status_code == 303, response.text
    page = (await people[who].get("/training/quiz")).text
    asked = [html.unescape(text) for text in re.findall(r"<legend>問\d+　(.*?)</legend>", page)]
    return re.search(r'name="attempt" value="([^"]+)"', page)[1], asked


async def answered(people, made, tmp_path, who="staff", *, right=True):
    attempt, asked = await quiz(people, who)
    known = {item.ask: item for item in material(made, tmp_path).items}
    sent = {"attempt": attempt}
    for number, ask in enumerate(asked, start=1):
        item = known[ask]
        sent[f"q{number}"] = [str(choice) for choice in item.right] if right else ["99"]
    return attempt, sent, await people[who].send("/training/answers", sent)


async def test_from_the_lessons_to_a_pass_with_explanations(people, made, tmp_path):
    page = (await people["staff"].get("/training")).text
    for told in ("区分を決めるのは職員です", "自治体機密性3A", "合格していなくても生成AIを使えます", "10 問が出ます"):
        assert told in page
    _, sent, result = await answered(people, made, tmp_path)
    assert "合格です。10 問のうち 10 問正解でした。" in result.text
    assert result.text.count("○ 正解") == 10
    again = await people["staff"].send("/training/answers", sent)
    assert again.status_code == 409
    assert "受講中の問題はありません" in again.text
    page = (await people["staff"].get("/training")).text
    assert "まで有効な合格があります（10 / 10 問正解" in page
    assert "架空 1001" in page
    assert "もう一度受ける" in page


async def test_a_failure_explains_each_question_and_waits(people, made, tmp_path):
    _, _, result = await answered(people, made, tmp_path, right=False)
    assert "10 問のうち 0 問正解でした。" in result.text
    assert result.text.count("× 不正解") == 10
    assert result.text.count("正しい答え") == 10
    late = await people["staff"].send("/training/start", {})
    assert late.status_code == 409
    assert "30分たってから受けられます" in late.text
    assert "問題を始める" not in (await people["staff"].get("/training")).text


async def test_the_form_does_not_say_which_answer_is_right_and_each_person_has_an_own_attempt(people, made, tmp_path):
    attempt, _ = await quiz(people)
    page = (await people["staff"].get("/training/quiz")).text
    known = {item.ask: item for item in material(made, tmp_path).items}
    assert "checked" not in page
    assert not [item for item in known.values() if item.explain in html.unescape(page)]
    assert (await quiz(people))[0] == attempt
    await quiz(people, "colleague")
    stolen = await people["colleague"].send("/training/answers", {"attempt": attempt})
    assert stolen.status_code == 409


@pytest.mark.parametrize(
    ("name", "lessons", "results"),
    [("staff", 200, 403), ("caio", 200, 200), ("auditor", 200, 200), ("it", 403, 403)],
)
async def test_who_sees_what(people, name, lessons, results):
    assert (await people[name].get("/training")).status_code == lessons
    assert (await people[name].get("/training/quiz")).status_code == (409 if name == "staff" else 403)
    page = await people[name].get("/training/results")
    assert page.status_code == results
    if results == 200:
        assert "総務課" in page.text
        assert "架空 1001" not in re.sub(r"<header.*?</header>", "", page.text, flags=re.DOTALL)


@pytest.mark.parametrize("path", ["/training/start", "/training/answers"])
async def test_a_form_from_elsewhere_does_nothing(people, path, site, made):
    await quiz(people)
    sent = {"attempt": "x"}
    assert (await people["staff"].send(path, sent, csrf="0" * 64)).status_code == 403
    assert (await people["staff"].send(path, sent, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await people["caio"].send(path, sent)).status_code == 403
    assert (await Browser(site).get("/training")).status_code == 303
    assert made.store.trainings.passed(_who("1001"), made.store.clock.now().date()) is None


async def test_where_the_policy_wants_a_pass_the_chat_leads_there_until_there_is_one(people, made, tmp_path, require):
    require()
    page = (await people["staff"].get("/training")).text
    assert "合格するまで、生成AIへの依頼は断られます" in page
    assert "3 問が出ます" in page
    asked = {"text": "挨拶文を書いてください", "destination": "demo"}
    assert '"page":"/training"' in (await ask(people["staff"], asked))
    await answered(people, made, tmp_path)
    assert '"done"' in (await ask(people["staff"], asked))


async def test_a_policy_that_changes_meanwhile_makes_the_attempt_void(people, require, made):
    attempt, _ = await quiz(people)
    require(("max_prompt_chars: 200000", "max_prompt_chars: 5000"))
    made.store.config._looked_at = float("-inf")
    told = await people["staff"].send("/training/answers", {"attempt": attempt})
    assert told.status_code == 409
    assert "無効にしました" in told.text


async def test_results_are_counts(people, made, tmp_path, enrol):
    for number in range(20):
        enrol(f"30{number:02}", name=f"架空 30{number:02}")
    await answered(people, made, tmp_path)
    page = (await people["caio"].get("/training/results")).text
    assert "1〜4人" in page
    assert "18〜21人" in page


async def ask(browser, body):
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', (await browser.get("/")).text)[1]
    response = await browser.http.post("/chat/ask", json=body, headers={"X-CSRF-Token": token})
    return response.text


def _who(person):
    from ai_gov.review.record import Who

    return Who("132012", person)
