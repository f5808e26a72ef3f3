"""The chat's requests: who may make them, what they store, what comes back, and that nobody sees another's."""

import io
import json
import zipfile

import pytest

from ai_gov.people.model import Role
from tests.web.conftest import Browser

TEXT = "早乙女千尋さん（090-1234-5678）への案内文を書いてください。"
SECRETS = ("早乙女", "千尋", "090-1234-5678")
PATHS = ("/chat/inspect", "/chat/ask", "/chat/attachment", "/chat/report")


def body(text=TEXT, **more):
    return {"text": text, "use": "general", "destination": "demo", **more}


class Chatting:
    """A signed-in browser that sends what the page's scripts send."""

    def __init__(self, browser, token):
        self.browser = browser
        self.token = token

    async def post(self, path, data, **headers):
        given = {"X-CSRF-Token": self.token, "Accept": "application/json", **headers}
        sent = data if isinstance(data, bytes) else json.dumps(data).encode()
        return await self.browser.http.post(path, content=sent, headers=given)

    async def ask(self, data):
        return [json.loads(line) for line in (await self.post("/chat/ask", data)).text.splitlines()]


@pytest.fixture
async def chatting(enrol, site):
    enrol("1001")
    browser = Browser(site)
    await browser.sign_in()
    return Chatting(browser, await browser.csrf())


def kinds(made):
    made.store.sequence_now()
    made.store.index.catch_up()
    return [entry.event.kind for entry in made.store.audit.entries()]


async def test_an_inspection_says_what_would_be_hidden_and_stores_nothing(chatting, made):
    before = kinds(made)
    seen = (await chatting.post("/chat/inspect", body())).json()
    assert [seen["action"], seen["level"]] == ["redact", "自治体機密性3C"]
    assert seen["redacted"] == "〔氏名1〕さん（〔電話番号1〕）への案内文を書いてください。"
    assert "".join(piece[0] for piece in seen["pieces"]) == TEXT
    assert [found["placeholder"] for found in seen["findings"]] == ["〔氏名1〕", "〔電話番号1〕"]
    assert "根拠：個人情報の保護に関する法律第2条第1項" in seen["findings"][0]["why"]
    assert kinds(made) == before


async def test_the_answer_comes_in_pieces_with_names_and_label_and_the_log_has_neither_name_nor_number(chatting, made):
    lines = await chatting.ask(body())
    note, done = lines[0]["note"], lines[-1]["done"]
    said = "".join(line.get("text", "") for line in lines)
    assert "早乙女千尋" in said
    assert done["label"] == "生成AIによる下書き・職員の確認前"
    assert done["record"] == note["record"]
    assert len(lines) > 5
    page = (await chatting.browser.get(f"/history/{note['record']}")).text
    assert "〔氏名1〕さん" in page
    assert not any(secret in page for secret in SECRETS)
    assert {"decided", "outcome"} <= set(kinds(made))
    assert "〔氏名1〕さん" in (await chatting.browser.get("/history")).text


async def test_a_conversation_goes_on_with_the_same_placeholders(chatting):
    first = await chatting.ask(body())
    turns = [
        {"role": "user", "text": first[0]["note"]["asked"]},
        {"role": "assistant", "text": "早乙女千尋 様"},
    ]
    again = await chatting.ask(body("高梨一さんにも同じ文を。", turns=turns))
    record = (await chatting.browser.get(f"/history/{again[0]['note']['record']}")).text
    assert "〔氏名1〕 様" in record
    assert "〔氏名2〕さんにも" in record


async def test_a_stop_says_why_and_what_to_do(chatting):
    (line,) = await chatting.ask(body("個人番号 123456789018 の人への通知"))
    assert line["error"]["code"] == "blocked"
    assert "個人番号" in line["error"]["reasons"][0]
    page = await chatting.browser.get(f"/history/{line['error']['record']}")
    assert page.status_code == 200
    assert "123456789018" not in page.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "読めません"),
        (b"[]", "読めません"),
        (body(unknown=1), "読めません"),
        (body(turns=[{"role": "system", "text": "x"}]), "読めません"),
        (body(declared="9"), "読めません"),
        (body(prompt="nothing"), "ひな形がありません"),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused_without_repeating_it(chatting, data, words):
    response = await chatting.post("/chat/inspect", data)
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]


async def test_a_form_that_is_not_filled_is_pointed_at(chatting):
    (line,) = await chatting.ask(body("", prompt="notice", values={"subject": "断水"}))
    assert line["error"]["param"] == "facts"
    (line,) = await chatting.ask(body(" "))
    assert "入力してください" in line["error"]["message"]


async def test_a_lone_surrogate_is_sent_as_its_replacement(chatting):
    response = await chatting.post("/chat/inspect", b'{"text": "a\\ud800b", "destination": "demo"}')
    assert response.status_code in (200, 400)


async def test_a_text_that_is_too_long_is_refused_with_the_limit(chatting):
    response = await chatting.post("/chat/inspect", body("あ" * 200_001))
    assert response.status_code == 413
    assert "上限は200,000文字" in response.json()["error"]["message"]
    (line,) = await chatting.ask(body("あ" * 200_001))
    assert line["error"]["code"] == "too_large"
    assert (await chatting.browser.get(f"/history/{line['error']['record']}")).status_code == 200
    assert (await chatting.post("/chat/inspect", b" " * 4_000_001)).status_code == 413


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_happens_without_the_sessions_token_or_from_another_site(chatting, path):
    for headers in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Origin": "https://elsewhere.example"}):
        assert (await chatting.post(path, body(), **headers)).status_code == 403


@pytest.mark.parametrize("path", [*PATHS, "/chat/options", "/history"])
async def test_only_staff_may_chat(enrol, site, path):
    enrol("1003", Role.CAIO)
    browser = Browser(site)
    await browser.sign_in("1003")
    chatting = Chatting(browser, await browser.csrf())
    if path in PATHS:
        assert (await chatting.post(path, body())).status_code == 403
    elif path == "/chat/options":
        assert (await browser.get(path)).status_code == 403
    stranger = Browser(site)
    if path in PATHS:
        assert (await Chatting(stranger, "").post(path, body())).status_code == 401
    else:
        assert (await stranger.get(path)).status_code == 303


async def test_nobody_sees_anothers_record(chatting, enrol, site, made):
    lines = await chatting.ask(body())
    record = lines[0]["note"]["record"]
    enrol("1002", Role.STAFF, Role.REVIEWER)
    enrol("1004", Role.IT)
    made.store.sequence_now()
    entry = next(entry for entry in made.store.audit.entries() if entry.event.exchange == record)
    for person in ("1002", "1004"):
        other = Browser(site)
        await other.sign_in(person)
        theirs = await other.get(f"/history/{record}")
        assert theirs.status_code == 404
        assert theirs.text == (await other.get("/history/nothing")).text.replace(
            "/history/nothing", f"/history/{record}"
        )
        assert (await other.get(f"/history/{entry.id}")).status_code == 404
        assert "氏名1" not in (await other.get("/history")).text


async def test_a_signing_in_is_no_use_to_be_looked_at(chatting, made):
    made.store.sequence_now()
    for entry in made.store.audit.entries():
        if entry.event.kind != "decided":
            assert (await chatting.browser.get(f"/history/{entry.id}")).status_code == 404


async def test_an_attachment_comes_back_as_text_and_its_name_is_only_a_name(chatting, tmp_path):
    name = "../../etc/<script>.txt"
    response = await chatting.post(
        "/chat/attachment", "山田".encode("cp932"), **{"X-File-Name": "..%2F..%2Fetc%2F%3Cscript%3E.txt"}
    )
    assert response.json() == {"name": name, "text": "山田"}
    seen = (await chatting.post("/chat/inspect", body("", attachments=[response.json()]))).json()
    assert seen["pieces"][0][0].startswith(f"添付ファイル「{name}」")
    for bad, data in (("a.exe", b"x"), ("a", b"x"), ("a.txt", b""), ("a.docx", b"x"), ("a.txt", b" \n")):
        refused = await chatting.post("/chat/attachment", data, **{"X-File-Name": bad})
        assert refused.status_code == 400, bad


async def test_a_file_of_fifty_megabytes_is_refused_unread(chatting):
    async def pieces():
        for _ in range(50):
            yield b"x" * 1_000_000

    headers = {"X-CSRF-Token": chatting.token, "X-File-Name": "a.txt", "Accept": "application/json"}
    response = await chatting.browser.http.post("/chat/attachment", content=pieces(), headers=headers)
    assert response.status_code == 413
    assert "20メガバイト" in response.json()["error"]["message"]


async def test_a_zip_bomb_is_refused_with_the_reason(chatting):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"\0" * 50_000_000)
    response = await chatting.post("/chat/attachment", out.getvalue(), **{"X-File-Name": "a.docx"})
    assert response.status_code == 400
    assert "極端に大きく" in response.json()["error"]["message"]


async def test_what_was_missed_is_told_without_the_word(chatting, made):
    text = "早乙女千尋さんは、山の上の洋館に住む。山の上の洋館への手紙。"
    sent = {"typed": body(text), "word": "山の上の洋館", "type": "JP_ADDRESS"}
    assert (await chatting.post("/chat/report", sent)).status_code == 200
    (entry,) = suggestions(made)
    assert entry.event.data["context"] == "〔氏名1〕さんは、〔見落とし〕に住む。〔同じ語〕への手紙。"
    assert entry.event.data["value_hmac"]
    assert "洋館" not in json.dumps(dict(entry.event.data), ensure_ascii=False)
    for word, kind in (("ない語", "PERSON"), ("早乙女", "PERSON"), ("", "PERSON"), ("手紙", "NOTHING")):
        bad = await chatting.post("/chat/report", {**sent, "word": word, "type": kind})
        assert bad.status_code == 400, word


async def test_of_a_number_that_may_be_an_individual_number_no_code_is_made(chatting, made):
    sent = {"typed": body("控え 1234-5678-9012 番"), "word": "1234-5678-9012", "type": "OTHER"}
    response = await chatting.post("/chat/report", sent)
    if response.status_code == 200:
        (entry,) = suggestions(made)
        assert "value_hmac" not in entry.event.data
        assert "1234" not in str(entry.event.data)


async def test_a_false_alarm_is_told_by_its_rule(chatting, made):
    assert (await chatting.post("/chat/report", {"typed": body(), "number": 1})).status_code == 200
    (entry,) = suggestions(made)
    assert entry.event.data["rule"] == "person-name"
    assert entry.event.data["context"] == "〔氏名1〕さん（〔電話番号1〕）への案"
    assert (await chatting.post("/chat/report", {"typed": body(), "number": 9})).status_code == 400


async def test_a_false_alarm_of_level_2_is_sent_as_it_stands_and_the_log_still_hides_it(chatting, made):
    text = "内線は 1234 です。部外秘の資料として案内文を作ってください。"
    seen = (await chatting.post("/chat/inspect", body(text))).json()
    own = next(found for found in seen["findings"] if found["unmark"] == "self")
    surface = next(piece[0] for piece in seen["pieces"] if piece[1:] == [own["number"]])
    unmarked = [{"type": own["type"], "text": surface, "reason": "not_secret"}]
    again = (await chatting.post("/chat/inspect", body(text, unmarked=unmarked))).json()
    assert surface in again["redacted"]
    assert {found["fate"] for found in again["findings"] if found["type"] == own["type"]} == {"clear"}
    lines = await chatting.ask(body(text, unmarked=unmarked))
    assert lines[-1]["done"]["state"] == "answered"


async def test_a_name_is_un_marked_with_a_permit_only_and_a_number_of_a_person_never(chatting):
    name = [{"type": "PERSON", "text": "早乙女千尋", "reason": "fictional"}]
    seen = (await chatting.post("/chat/inspect", body(unmarked=name))).json()
    assert seen["action"] == "hold"
    assert seen["findings"][0]["fate"] == "clear"
    assert "許可" in seen["findings"][0]["why"]
    (line,) = await chatting.ask(body(unmarked=name))
    assert line["error"]["code"] == "held"
    number = [{"type": "JP_MY_NUMBER", "text": "123456789018", "reason": "fictional"}]
    response = await chatting.post("/chat/inspect", body("個人番号 123456789018 の人", unmarked=number))
    assert response.status_code == 400
    assert "取り消せません" in response.json()["error"]["message"]


async def test_the_policys_limit_holds_for_the_page_too(enrol, made, monkeypatch):
    from ai_gov import wiring
    from ai_gov.settings import Settings

    enrol("1001")
    monkeypatch.setattr(type(made.ask), "requests_per_minute", lambda _: 1)
    browser = Browser(wiring.site(Settings(), made, None))
    await browser.sign_in()
    chatting = Chatting(browser, await browser.csrf())
    assert (await chatting.ask(body()))[-1]["done"]
    assert (await chatting.post("/chat/ask", body())).status_code == 429


def suggestions(made):
    made.store.sequence_now()
    return [entry for entry in made.store.audit.entries() if entry.event.kind == "suggestion"]


async def test_who_goes_away_half_way_leaves_a_row_that_says_so(chatting, made):
    from ai_gov import wiring
    from ai_gov.model import Actor
    from ai_gov.service.chat import Typed
    from ai_gov.settings import Settings
    from ai_gov.web.chat import _lines

    page = wiring.chat_page(Settings(), made, None)
    lines = _lines(page, Actor("1001", "132012", "110"), Typed(text=TEXT, destination="demo"))
    record = json.loads(await anext(lines))["note"]["record"]
    await anext(lines)
    await lines.aclose()
    assert [entry.event.data["outcome"] for entry in made.store.audit.of_exchange(record)] == ["decided", "client_gone"]
    assert "途中で止めた" in (await chatting.browser.get(f"/history/{record}")).text


async def test_it_staff_get_the_suggestions_the_newest_first(chatting, made):
    from ai_gov import wiring
    from ai_gov.settings import Settings

    await chatting.post("/chat/report", {"typed": body(), "number": 1})
    await chatting.post("/chat/report", {"typed": body("山の上の洋館へ"), "word": "洋館", "type": "OTHER"})
    kinds(made)
    listed = wiring.chat_page(Settings(), made, None).suggestions.listed(["132012"])
    assert [item.about for item in listed] == ["missed", "false_alarm"]
    assert listed[0].context == "山の上の〔見落とし〕へ"
    assert wiring.chat_page(Settings(), made, None).suggestions.listed(["999999"]) == []
