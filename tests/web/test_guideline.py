"""The guideline's pages: questions are kept and refused where they stand, documents come, staff read what is in force."""

import io
import re
import zipfile

import docx
import pytest

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.accounts import Accounts
from ai_gov.service.governance import POLICY
from ai_gov.settings import Settings
from ai_gov.stores.entry import Filter
from tests.web.conftest import Browser

MARK = '<script>alert("x")</script>'


@pytest.fixture
def people(made, site):
    """Signed-in browsers: an IT officer, the CAIO, an auditor, two of the staff."""
    made.store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    made.store.register.set_department(Department("132012", "110", "総務課"), actor="cli")
    roles = {"staff": Role.STAFF, "it": Role.IT, "caio": Role.CAIO, "auditor": Role.AUDITOR, "other": Role.STAFF}
    out = {}
    for number, (name, role) in enumerate(roles.items(), start=1001):
        person = Person("132012", str(number), "110", "見本 一郎")
        made.store.register.change(Change("added", None, person), actor="cli")
        made.store.register.grant(Grant("", "132012", person.id, role, "132012"), actor="cli")
        out[name] = signed_in(made, site, person)
    return out


def signed_in(made, site, person):
    """A browser with a session, without the password that is slow to check."""
    accounts = Accounts(made.store.accounts, made.store.clock)
    member = made.store.people.member(person.organisation, person.id)
    browser = Browser(site)
    browser.http.cookies.set("ai_gov_session", accounts.begin(member, user_agent="B", by="password").token)
    return browser


def fields(page):
    """What a browser would send of the form as it stands."""
    form = re.search(r'<form method="post" id="questions".*?</form>', page, re.DOTALL)[0]
    out = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r' name="([^"]+)"', tag)[1]
        value = re.search(r' value="([^"]*)"', tag)
        if name == "csrf" or (re.search(r'type="(radio|checkbox)"', tag) and " checked" not in tag):
            continue
        out.setdefault(name, []).append(value[1] if value else "")
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        out[name] = [text]
    return out


async def answered(browser, step=1, **changes):
    page = (await browser.get(f"/guideline/questions/{step}")).text
    return await browser.send(f"/guideline/questions/{step}", {**fields(page), **changes})


async def published(browser, **data):
    response = await browser.send("/guideline/publish", {"source": "draft", "effective": "2026-04-01", **data})
    assert response.status_code == 303, response.text
    return int(re.search(r"/versions/(\d+)", response.headers["location"])[1])


async def test_answers_are_kept_step_by_step_and_become_documents_and_a_policy(people):
    page = (await people["it"].get("/guideline/questions/1")).text
    assert 'value="見本市"' in page, "what the register knows stands in the field"
    for step in range(1, 6):
        response = await answered(people["it"], step)
        assert response.status_code == 303, response.text
    assert response.headers["location"] == "/guideline/make?done=saved"
    made = await people["it"].get("/guideline/file/guideline.zip")
    with zipfile.ZipFile(io.BytesIO(made.content)) as package:
        names = package.namelist()
        assert set(names) == {
            "guideline.md", "guideline.html", "guideline.docx", "guideline.pdf", "policy.yaml", "answers.yaml",
        }  # fmt: skip
        assert "見本市 生成AI利用の方針" in package.read("policy.yaml").decode()
    word = await people["it"].get("/guideline/file/guideline.docx")
    assert "見本市生成AI利用ガイドライン" in docx.Document(io.BytesIO(word.content)).core_properties.title
    assert "filename*=UTF-8''%E8%A6%8B" in word.headers["content-disposition"]


async def test_a_contradiction_is_refused_at_the_field_with_its_reason_and_what_was_typed_stays(people):
    response = await answered(people["it"], 3, service="terms_only", service_level="2")
    assert response.status_code == 400
    page = response.text
    fault = re.search(r'id="fault-service_level">([^<]+)<', page)[1]
    assert "約款型のサービスでは、原則として自治体機密性2以上の情報を扱えません。" in fault
    assert re.search(r'name="service_level" value="2" checked', page)
    assert 'href="#question-service_level"' in page, "the summary leads to it"
    again = (await people["it"].get("/guideline/questions/3")).text
    assert re.search(r'name="service_level" value="1" checked', again), "nothing was kept"


WRONG = [
    (3, {"service": "cloud"}, "service", "という選択肢はありません"),
    (1, {"municipality": ""}, "municipality", "空にはできません"),
    (1, {"municipality": MARK}, "municipality", "改行や記号"),
    (1, {"effective": "来年"}, "effective", "日付"),
    (5, {"keep_metadata": "五"}, "keep_metadata", "整数"),
    (5, {"keep_metadata": "1", "keep_text": "3"}, "keep_text", "文章を残す期間が"),
    (1, {"municipality": "青葉谷町", "head": "市長"}, "head", "別の団体の回答が混ざって"),
]


async def test_a_wrong_answer_is_refused_at_its_field(people):
    for step, changes, name, told in WRONG:
        response = await answered(people["it"], step, **changes)
        assert response.status_code == 400, changes
        assert told in re.search(rf'id="fault-{name}">([^<]+)<', response.text)[1]
        assert MARK not in response.text


async def test_the_preview_shows_the_articles_of_the_step_and_keeps_nothing(people):
    page = (await people["it"].get("/guideline/questions/2")).text
    sent = {**fields(page), "caio": ["情報統括監"], "office": ["デジタル課"]}
    headers = {"x-csrf-token": await people["it"].csrf(), "accept": "application/json"}
    response = await people["it"].http.post("/guideline/preview/2", json=sent, headers=headers)
    assert response.status_code == 200
    assert "情報統括監" in response.json()["html"]
    assert response.json()["faults"] == {}
    assert "情報統括監" not in (await people["it"].get("/guideline/questions/2")).text
    wrong = await people["it"].http.post("/guideline/preview/2", json={**sent, "caio": [MARK]}, headers=headers)
    assert list(wrong.json()["faults"]) == ["caio"]
    assert wrong.json()["html"] == ""
    for body in (b"", b"[]", b"1", b'{"caio": 1}', b"[" * 5000):
        assert (await people["it"].http.post("/guideline/preview/2", content=body, headers=headers)).status_code == 400
    no_token = await people["it"].http.post("/guideline/preview/2", json=sent)
    assert no_token.status_code == 403


async def test_without_a_script_a_button_shows_the_preview(people):
    response = await answered(people["it"], 2, caio="情報統括監", then="preview")
    assert response.status_code == 200
    assert "情報統括監" in re.search(r'id="preview".*', response.text, re.DOTALL)[0]


PAGES = ("/guideline/questions/1", "/guideline/apply")
SHOWN = ("/guideline", "/guideline/make", "/guideline/file/guideline.md", "/guideline/versions/1")
FORMS = {
    "/guideline/questions/1": "it",
    "/guideline/answers": "it",
    "/guideline/apply": "it",
    "/guideline/publish": "it",
    "/guideline/review": "it caio",
    "/guideline/acknowledge": "it caio auditor staff",
}


async def test_each_role_opens_what_it_may(people):
    await published(people["it"])
    for path in PAGES:
        statuses = {name: (await browser.get(path)).status_code for name, browser in people.items()}
        assert statuses == {"staff": 403, "other": 403, "it": 200, "caio": 403, "auditor": 403}, path
    for path in SHOWN:
        statuses = {name: (await browser.get(path)).status_code for name, browser in people.items()}
        assert statuses == {"staff": 403, "other": 403, "it": 200, "caio": 200, "auditor": 200}, path
    for path in ("/guideline/read", "/guideline/versions/1/file/pdf"):
        assert {(await browser.get(path)).status_code for browser in people.values()} == {200}, path


async def test_forms_need_the_role_and_the_token_of_the_session(people):
    for path, allowed in FORMS.items():
        for name in ("staff", "it", "caio", "auditor"):
            may = name in allowed.split()
            assert ((await people[name].send(path, {})).status_code == 403) != may, (path, name)
            if may:
                assert (await people[name].send(path, {}, csrf="0" * 64)).status_code == 403
                elsewhere = await people[name].send(path, {}, **{"sec-fetch-site": "cross-site"})
                assert elsewhere.status_code == 403


async def test_staff_read_what_is_in_force_and_say_so_and_are_asked_again_after_a_change(people, made):
    assert "まだ公表されていません" in (await people["staff"].get("/guideline/read")).text
    await published(people["it"])
    assert "（第1版）を、まだ確認していません。" in (await people["staff"].get("/")).text
    page = (await people["staff"].get("/guideline/read")).text
    assert "見本市生成AI利用ガイドライン" in page
    assert "入力の制限" in page
    assert "確認しました" in page
    assert (await people["staff"].send("/guideline/acknowledge", {"number": "1"})).status_code == 303
    assert "/guideline/acknowledge" not in (await people["staff"].get("/guideline/read")).text
    assert "まだ確認していません" not in (await people["staff"].get("/")).text
    overview = (await people["caio"].get("/guideline")).text
    assert re.search(r"総務課</td><td class=\"number\">1</td><td class=\"number\">2</td>", overview)
    assert "見本 一郎" not in re.search(r'id="read".*?</table>', overview, re.DOTALL)[0], "no list of persons"
    await answered(people["it"], 5, contact="総務課（内線100）")
    await published(people["it"])
    again = (await people["staff"].get("/guideline/read")).text
    assert "第1版です。改められたので、もう一度確認してください。" in again
    assert "「事故や疑いの報告先はどこですか」の答えを「主管課」から「総務課（内線100）」に改めました。" in again
    assert (await people["staff"].send("/guideline/acknowledge", {"number": "1"})).status_code == 409
    assert (await people["staff"].send("/guideline/acknowledge", {"number": "9"})).status_code == 404
    assert (await people["staff"].send("/guideline/acknowledge", {"number": "2"})).status_code == 303
    kept = made.store.audit.entries(Filter(kind="guideline_acknowledged"))
    assert [(entry.event.actor, entry.event.data["number"]) for entry in kept] == [("1001", 2), ("1001", 1)]
    shown = (await people["caio"].get("/guideline/versions/2?from=1")).text
    assert "総務課（内線100）" in shown


async def test_a_version_that_holds_later_can_be_read_before(people):
    await published(people["it"])
    await answered(people["it"], 5, contact="総務課")
    await published(people["it"], effective="2099-04-01")
    page = (await people["staff"].get("/guideline/read")).text
    assert "第1版（施行中の版）" in page
    assert "第2版（これから施行する版（2099-04-01 施行））" in page
    assert (await people["staff"].send("/guideline/acknowledge", {"number": "2"})).status_code == 303
    assert "まだ確認していない" not in page


def sent(page):
    """What the form that applies sends."""
    return dict(re.findall(r'name="(digest|base)" value="([0-9a-f]+)"', page))


async def test_the_policy_of_the_answers_is_put_in_force_after_its_difference_was_seen(people, made):
    await answered(people["it"], 5, keep_metadata="7", keep_text="2")
    page = (await people["it"].get("/guideline/apply")).text
    assert "metadata_years: 7" in page
    assert "第12条" in page, "what of the guideline it touches"
    assert (await people["it"].send("/guideline/apply", sent(page))).status_code == 303
    current = made.store.config.current()
    assert (current.digest, current.actor) == (sent(page)["digest"], "1002")
    assert "metadata_years: 7" in current.files[POLICY]
    assert "この回答の方針は、適用されています。" in (await people["it"].get("/guideline/make")).text
    await answered(people["it"], 5, keep_metadata="8", keep_text="2")
    stale = await people["it"].send("/guideline/apply", sent(page))
    assert stale.status_code == 409, "the answers have changed since the difference was seen"
    assert "もう一度確かめてください" in stale.text


async def test_a_difference_from_what_is_in_force_stands_on_the_page(people, made):
    await answered(people["it"], 1)
    files = dict(made.store.config.current().files)
    files[POLICY] = (await people["it"].get("/guideline/file/policy.yaml")).text
    made.store.config.apply(files, digest="e" * 64, actor="1002", diff=[])
    await published(people["it"])
    assert (
        "違いはありません。公表した内容と、動いている設定は同じです。" in (await people["caio"].get("/guideline")).text
    )
    files[POLICY] = files[POLICY].replace("list_min_records: 10", "list_min_records: 20")
    made.store.config.apply(files, digest="f" * 64, actor="1002", diff=[])
    page = (await people["caio"].get("/guideline")).text
    assert "違いが1件あります" in page
    assert "policy.yaml の list_min_records" in page


def edited(data, change):
    opened = docx.Document(io.BytesIO(data))
    change(opened)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


async def upload(browser, *files, **data):
    sent = [("file", (name, data_, "application/octet-stream")) for name, data_ in files]
    form = {"source": "upload", "csrf": await browser.csrf(), **data}
    return await browser.http.post("/guideline/publish", data=form, files=sent or None)


async def test_a_document_edited_in_word_is_published_and_what_it_says_otherwise_is_shown_as_text(people):
    word = (await people["it"].get("/guideline/file/guideline.docx")).content

    def change(opened):
        paragraph = next(item for item in opened.paragraphs if "主管課に知らせて" in item.text)
        paragraph.runs[0].text = paragraph.text.replace("主管課に知らせて", f"{MARK}に知らせて")
        for run in paragraph.runs[1:]:
            run.text = ""

    decided = edited(word, change)
    response = await upload(people["it"], ("決裁.docx", decided), effective="2026-04-01")
    assert response.status_code == 303, response.text
    for path in ("/guideline", "/guideline/read", "/guideline/versions/1"):
        page = (await people["it"].get(path)).text
        assert MARK not in page
    assert "&lt;script&gt;" in page
    assert "answers.yaml の contact" in (await people["it"].get("/guideline")).text
    saved = (await people["staff"].get("/guideline/versions/1/file/docx")).content
    assert saved == decided, "byte for byte what was published"


async def test_what_is_no_version_of_this_town_is_refused_and_nothing_is_kept(people):
    other = await people["it"].get("/guideline/file/guideline.md")
    for name, data, told in (
        ("a.md", other.content.replace("見本市".encode(), "青葉谷町".encode()), "「青葉谷町」のものです"),
        ("a.docx", b"PK", "Wordの文書として開けません"),
        ("a.exe", b"MZ", "読めるのは"),
        ("a.md", "ただの文章".encode(), "施行日のデータがありません"),
    ):
        response = await upload(people["it"], (name, data))
        assert response.status_code in (400, 409), response.status_code
        assert told in response.text
    assert (await upload(people["it"])).status_code == 400
    word = (await people["it"].get("/guideline/file/guideline.docx")).content
    await answered(people["it"], 2, caio="町内会長")
    pdf = (await people["it"].get("/guideline/file/guideline.pdf")).content
    mixed = await upload(people["it"], ("a.docx", word), ("a.pdf", pdf))
    assert "別のときに作られた文書です" in mixed.text
    assert "まだありません" in (await people["it"].get("/guideline")).text
    assert (await upload(people["it"], ("a.docx", word), effective="2026-04-01")).status_code == 303
    again = await upload(people["it"], ("a.docx", word), effective="2026-04-01")
    assert again.status_code == 409
    assert "第1版と同じファイルです" in again.text


async def test_answers_made_elsewhere_are_read_in_and_those_that_fit_no_question_are_told(people):
    text = (await people["it"].get("/guideline/file/answers.yaml")).text
    text = text.replace("caio: 副市長", "caio: 総務部長\n  mayor: だれか")
    sent = [("file", ("answers.yaml", text.encode(), "text/yaml"))]
    data = {"csrf": await people["it"].csrf()}
    response = await people["it"].http.post("/guideline/answers", data=data, files=sent)
    assert response.status_code == 303, response.text
    page = (await people["it"].get("/guideline/questions/2")).text
    assert 'value="総務部長"' in page
    broken = await people["it"].http.post(
        "/guideline/answers", data=data, files=[("file", ("answers.yaml", b"answers: [", "text/yaml"))]
    )
    assert broken.status_code == 400
    assert "YAMLとして読めません" in broken.text


async def test_a_review_without_a_change_is_recorded(people, made):
    assert (await people["caio"].send("/guideline/review", {})).status_code == 409
    await published(people["it"])
    assert (await people["caio"].send("/guideline/review", {})).status_code == 303
    (entry,) = made.store.audit.entries(Filter(kind="guideline_reviewed"))
    assert entry.event.actor == "1003"


async def test_a_caio_of_two_towns_sees_both_and_nobody_else_does(people, made, site):
    register = made.store.register
    register.set_organisation(Organisation("132013", "青葉谷町"), actor="cli")
    register.set_department(Department("132013", "110", "総務課"), actor="cli")
    guest = Person("132013", "2001", "110", "見本 次郎")
    register.change(Change("added", None, guest), actor="cli")
    for organisation in ("132012", "132013"):
        register.grant(Grant("", "132013", "2001", Role.CAIO_ASSISTANT, organisation), actor="cli")
    assistant = signed_in(made, site, guest)
    await published(people["it"])
    page = (await assistant.get("/guideline")).text
    assert "見本市" in page
    assert "青葉谷町" in page
    shown = await assistant.get("/guideline?organisation=132012")
    assert shown.status_code == 200
    assert "見本市生成AI利用ガイドライン" in shown.text
    assert (await people["caio"].get("/guideline?organisation=132013")).status_code == 403


async def test_a_broken_chapter_of_the_town_is_told_with_its_file_and_line_and_nothing_else_stops(
    people, made, tmp_path
):
    chapter = tmp_path / "config" / "guidelines" / "guide" / "14-training.md"
    chapter.parent.mkdir(parents=True)
    chapter.write_text("研修\n\n$nothing_of_this_name\n", "utf-8")
    settings = Settings(data_dir=tmp_path / "data", config_dir=tmp_path / "config")
    person = made.store.people.member("132012", "1002").person
    browser = signed_in(made, wiring.site(settings, made, None), person)
    response = await browser.get("/guideline")
    assert response.status_code == 500
    assert "guidelines/guide/14-training.md:3" in response.text
    assert "$nothing_of_this_name という変数はありません" in response.text
    chapter.write_text("研修を受けます。\n", "utf-8")
    assert (await browser.get("/guideline")).status_code == 200, "mended without a restart"


async def test_answers_that_contradict_each_other_are_listed_and_nothing_can_be_made_of_them(people):
    text = "schema: 1\nquestions: 1\nanswers:\n  service: terms_only\n  service_level: '3B'\n"
    sent = [("file", ("answers.yaml", text.encode(), "text/yaml"))]
    await people["it"].http.post("/guideline/answers", data={"csrf": await people["it"].csrf()}, files=sent)
    page = (await people["it"].get("/guideline/make")).text
    assert "約款型のサービスでは、原則として自治体機密性2以上の情報を扱えません。" in page
    assert "guideline.zip" not in page
    assert "約款型" in (await people["it"].get("/guideline/apply")).text
    assert (await people["it"].get("/guideline/file/guideline.docx")).status_code == 409
    assert (await people["it"].send("/guideline/publish", {"source": "draft"})).status_code == 400
    assert "まだありません" in (await people["it"].get("/guideline")).text
