"""内容の判別: what no rule names is stopped by the way it is put, and explanations, events and published facts go."""

from __future__ import annotations

import pytest

from ai_gov.detect.substance import PIECE, Substance, prepared
from tests.detect.whole import inspector


@pytest.mark.parametrize(
    "text",
    [
        "納税を渋る家の実の収入が裏帳面で分かった。本人の勤め先を先に回り、税務署と合わせて入る。班の割り振りを。",
        "町の宿を畳む話を三役で決めた。従業員には年明けに話す。今の客に聞かれたときの言い方を書いて。",
        "土地の値段、相手は坪20万と言うがうちは14万で押す。次の席で何から話すか、順を考えて。",
    ],
)
def test_a_topic_that_no_rule_names_is_stopped(text):
    assert inspector().inspect(text).action == "block"


@pytest.mark.parametrize(
    "text",
    [
        "来月の防災訓練の班割りを作って。総務班4人、救護班6人。集合は7時半、中央公園。",
        "税の滞納者の財産を調べる根拠の条文を教えて。",
        "敬老会の司会の台本を作って。開会は10時、あいさつの後に保育園児の歌があります。",
        "国民健康保険料が変わります。納付書は7月にお送りします。お知らせの文を読みやすく。",
    ],
)
def test_what_everybody_may_know_goes(text):
    assert inspector().inspect(text).action == "allow"


def test_a_long_text_is_judged_in_pieces():
    model = Substance.load()
    secret = "監査で分かった使い込みの件。会長には言わず、警察に行く前に証拠を固める段取りを書いて。相手は議員の親族。"
    long = "広報の原稿を直してください。\n" * 200 + secret * 12 + "\n" + "広報の原稿を直してください。\n" * 200
    found = list(model.find(long))
    assert all(len(long[one.start : one.end]) <= PIECE for one in found)
    assert model.chance(prepared(secret)) > model.chance(prepared("広報の原稿を直してください。行事の紹介です。"))
