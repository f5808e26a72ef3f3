"""A word that somebody marks as missed is hidden in the same request, in the later ones, and in what is kept."""

import json

from tests.web.test_chat import body, chatting, kinds  # noqa: F401 - the fixture

WORD = "倉橋台の洋館"
MARKED = [{"type": "OTHER", "text": WORD}]


async def test_a_marked_word_is_hidden_before_anything_is_sent(chatting, made):  # noqa: F811
    sent = body(f"{WORD}への案内文を書いてください。", marked=MARKED)
    seen = (await chatting.post("/chat/inspect", sent)).json()
    assert seen["redacted"] == "〔指定1〕への案内文を書いてください。"
    (found,) = seen["findings"]
    assert (found["fate"], found["marked"], found["unmark"]) == ("hide", True, "")
    assert "職員が伏せると指定した語" in found["why"]

    lines = await chatting.ask(sent)
    assert WORD in "".join(line.get("text", "") for line in lines), "the answer has it back"
    record = lines[0]["note"]["record"]
    (decided, _) = made.store.audit.of_exchange(record)
    assert decided.event.data["marked"] == [{"type": "OTHER", "at": [0, len(WORD)]}]
    told = json.dumps([entry.event.data for entry in made.store.audit.of_exchange(record)], ensure_ascii=False)
    assert WORD not in told
    assert "〔指定1〕" in told

    turns = [{"role": "user", "text": sent["text"]}, {"role": "assistant", "text": f"{WORD}の件です。"}]
    for marked, stays in ((MARKED, False), ([], True)):
        lines = await chatting.ask(body("もっと短く", turns=turns, marked=marked))
        entries = made.store.audit.of_exchange(lines[0]["note"]["record"])
        told = json.dumps([entry.event.data for entry in entries], ensure_ascii=False)
        assert (WORD in told) is stays


async def test_a_mark_is_read_strictly_and_reported_once(chatting, made):  # noqa: F811
    for marked in ([{"type": "OTHER", "text": ""}], [{"type": "OTHER"}], [{"text": WORD}], MARKED * 51, [WORD]):
        assert (await chatting.post("/chat/inspect", body(marked=marked))).status_code == 400
    typed = body(f"{WORD}への案内文", marked=MARKED)
    again = await chatting.post("/chat/report", {"typed": typed, "word": WORD, "type": "OTHER"})
    assert (again.status_code, "すでに伏せる" in again.text) == (400, True)
    assert "suggestion" not in kinds(made)
