"""The draft of a guideline: what is known without asking, older answers, contradictions, and what is made from it."""

import datetime as dt
import time

import pytest

from ai_gov import wiring
from ai_gov.documents.guideline.questions import Renewal
from ai_gov.errors import ConfigError
from ai_gov.model import Actor
from ai_gov.service import guideline
from ai_gov.service.governance import POLICY
from ai_gov.service.guideline_draft import Applied, GuidelineDraft, Kept

NOW = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)
ME = Actor("1002", "132012", "110", frozenset({"it"}))
FILES = wiring.files(None)


class Store:
    """What an organisation keeps, in memory."""

    kept = None

    def draft(self, organisation):
        return self.kept

    def save_draft(self, organisation, kept):
        self.kept = kept

    def organisation_name(self, organisation):
        return "霧沢市"


class Clock:
    def now(self):
        return NOW


@pytest.fixture
def store():
    return Store()


@pytest.fixture(scope="module")
def template():
    return guideline.template(wiring.guideline_files())


def drafts(store, template, *, files=FILES, by_person=False, applied_at=NOW):
    applied = Applied(files, applied_at, by_person, str(hash(files[POLICY])))
    return GuidelineDraft(store, clock=Clock(), template=lambda: template, applied=lambda: applied)


def own(**changes):
    text = FILES[POLICY]
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return {**FILES, POLICY: text}


def test_the_steps_hold_every_question_once(store, template):
    steps = drafts(store, template).steps()
    assert [question for step in steps for question in step.questions] == list(template.questions.questions)
    assert [step.title for step in steps] == [
        "団体と文書の形", "体制と申請", "使うサービス", "使い方と確認", "記録・研修・連絡先",
    ]  # fmt: skip


def test_the_register_and_a_policy_that_somebody_put_in_force_answer_first(store, template):
    files = own(owner=("owner: 情報政策担当課", "owner: デジタル課"), kept=("metadata_years: 5", "metadata_years: 9"))
    made = drafts(store, template, files=files, by_person=True).open("132012")
    assert (made.values["municipality"], made.values["office"]) == ("霧沢市", "デジタル課")
    assert made.values["keep_metadata"] == 9
    assert made.answered == frozenset()
    shipped = drafts(store, template, files=files).open("132012")
    assert shipped.values["keep_metadata"] == 5, "the set of the first start is nobody's answer"


def test_a_policy_changed_after_the_answers_were_kept_wins_and_says_so(store, template):
    before = drafts(store, template)
    made = before.open("132012")
    step = before.steps()[4]
    checked = before.check(made, step, {question.id: [str(made.values[question.id])] for question in step.questions})
    assert not checked.faults, checked.faults
    before.save(ME, made, step, checked)
    files = own(kept=("metadata_years: 5", "metadata_years: 9"))
    later = drafts(store, template, files=files, by_person=True, applied_at=NOW + dt.timedelta(hours=1))
    opened = later.open("132012")
    assert opened.values["keep_metadata"] == 9
    assert any("利用の記録" in note for note in opened.notes)
    earlier = drafts(store, template, files=files, by_person=True, applied_at=NOW - dt.timedelta(hours=1))
    assert earlier.open("132012").values["keep_metadata"] == 5


def test_answers_to_an_older_version_are_carried_over_and_what_was_not_is_told(store, template):
    questions = template.questions.model_copy(
        update={
            "version": 2,
            "renewals": (Renewal(version=2, added=("contact",), renamed={"boss": "caio"}, note="報告先を尋ねます。"),),
        }
    )
    newer = guideline.Template(
        template.structure, questions, template.phrases, template.settings, template.sources, template.chapters
    )
    old = (
        "schema: 1\nquestions: 1\nanswers:\n  boss: 総務部長\n  keep_metadata: 99\n  mayor: だれか\n  office: 情報課\n"
    )
    service = drafts(store, newer)
    notes = service.load(ME, old)
    opened = service.open("132012")
    assert (opened.values["caio"], opened.values["office"]) == ("総務部長", "情報課")
    assert opened.values["keep_metadata"] == 5
    told = "\n".join(notes)
    assert "版 1 の回答を、版 2 の質問に引き継ぎました" in told
    assert "報告先を尋ねます。（増えた質問: contact）" in told
    assert "「mayor」という質問は、いまはありません" in told
    assert "30 以下にしてください" in told
    with pytest.raises(ConfigError):
        service.load(ME, "answers: [")
    assert service.open("132012").values["caio"] == "総務部長", "what can't be read replaces nothing"


def test_kept_answers_that_contradict_each_other_make_no_document_and_say_why(store, template):
    store.kept = Kept("schema: 1\nquestions: 1\nanswers:\n  service: terms_only\n  service_level: '3B'\n", NOW, "1002")
    service = drafts(store, template)
    opened = service.open("132012")
    for make in (service.compose, service.policy, service.files):
        with pytest.raises(ConfigError, match="約款型のサービスでは"):
            make(opened)
    assert service.preview(opened, opened.values, service.steps()[2]) == ""
    step = service.steps()[2]
    checked = service.check(opened, step, {q.id: [str(opened.values.get(q.id, ""))] for q in step.questions})
    assert "約款型" in checked.faults["service_level"]


def test_documents_and_policy_are_made_within_five_seconds(store, template):
    service = drafts(store, template)
    begun = time.process_time()
    composed = service.compose(service.open("132012"))
    for write in wiring.guideline_writers().values():
        assert write(composed)
    assert time.process_time() - begun < 5
