"""What became different between two versions, in sentences, by article."""

from ai_gov.documents.guideline import embedded
from ai_gov.documents.guideline.changes import settings_changed, text_changed
from tests.documents.guideline import town


def revisions(after):
    found = settings_changed(embedded.of(town.composed()), embedded.of(after), town.template())
    return [(item.article, item.sentence) for item in found]


def test_a_changed_setting_is_told_with_its_thing_and_both_values():
    def change(data):
        data["destinations"][1]["max_level"] = "3C"
        data["limits"]["max_prompt_chars"] = 50_000

    assert revisions(town.composed(policy=town.policy_with(change))) == [
        (5, "サービス「庁内文書支援サービス」の上限の区分を「自治体機密性2」から「自治体機密性3C」に改めました。"),
        (6, "1回に入力できる文字数を「200,000文字まで」から「50,000文字まで」に改めました。"),
    ]


def test_what_is_new_and_what_is_gone_is_told_once():
    def change(data):
        data["uses"] = [item for item in data["uses"] if item["id"] != "translation"]
        data["uses"].append({"id": "hr", "title": "人事の下調べ"})

    assert revisions(town.composed(policy=town.policy_with(change))) == [
        (10, "用途「人事の下調べ」を加えました。"),
        (10, "用途「翻訳・やさしい日本語」をなくしました。"),
    ]


def test_a_changed_answer_is_told_by_what_people_read():
    assert revisions(town.composed(town.written(approval="caio"))) == [
        (6, ("「利用の申請は、だれが認めますか」の答えを「所属長が認め、主管課が登録する」から"
            "「所属長を経てCAIOが認める」に改めました。")),
    ]  # fmt: skip


def test_nothing_is_told_where_nothing_changed_but_the_day():
    later = town.policy_with(lambda data: data.update(updated="2027-01-01"))
    assert revisions(town.composed(policy=later)) == []


def test_sentences_are_compared_under_their_headings_whatever_kind_of_file_they_come_from():
    from ai_gov import wiring

    old = wiring.read_published(town.built("md"), "a.md").sections
    for kind in ("html", "docx"):
        assert text_changed(old, wiring.read_published(town.built(kind), f"a.{kind}").sections) == []
    edited = town.built("md").replace("確かめる".encode(), "見比べる".encode())
    found = text_changed(old, wiring.read_published(edited, "a.md").sections)
    assert found
    assert all("確かめる" in "".join(passage.gone) for passage in found)
