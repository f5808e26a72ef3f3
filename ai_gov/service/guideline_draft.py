"""ガイドラインの下書きの窓口: answers given on the page, kept for each organisation, and what is made from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov import datafile
from ai_gov.documents import html
from ai_gov.documents.blocks import Block, Heading
from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline.answers import Answers
from ai_gov.documents.guideline.compose import Composed, InForce
from ai_gov.documents.guideline.questions import Question, Value
from ai_gov.documents.guideline.template import Template
from ai_gov.errors import ConfigError
from ai_gov.model import Actor, japan_date
from ai_gov.policy.schema import Policy
from ai_gov.rules.schema import Rule
from ai_gov.service import guideline
from ai_gov.service.governance import POLICY, digest
from ai_gov.service.ports import Clock

Typed = Mapping[str, Sequence[str]]
"""What a form sent: question → what stands in its fields."""


@dataclass(frozen=True, slots=True)
class Kept:
    """残した回答: the text of answers.yaml with the questions answered so far."""

    answers: str = field(repr=False)
    saved_at: dt.datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class Applied:
    """適用中の設定: its files, and whether a person put it in force (and not the first start)."""

    files: Mapping[str, str] = field(repr=False)
    applied_at: dt.datetime
    by_person: bool
    digest: str = ""


class DraftStore(Protocol):
    """保存; raises StoreFailed."""

    def draft(self, organisation: str) -> Kept | None:
        """The answers that an organisation has given so far."""
        ...

    def save_draft(self, organisation: str, kept: Kept) -> None:
        """Keep them, instead of those before."""
        ...

    def organisation_name(self, organisation: str) -> str:
        """The name of a 団体."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """質問のまとまり. ``number`` counts from 1."""

    number: int
    title: str
    questions: tuple[Question, ...]

    @property
    def articles(self) -> tuple[int, ...]:
        """The articles that say what is answered here."""
        return tuple(sorted({question.article for question in self.questions}))


@dataclass(frozen=True, slots=True)
class Draft:
    """下書き. ``answered`` are the questions somebody answered; all others have their default."""

    template: Template
    values: Mapping[str, Value]
    answered: frozenset[str]
    kept: Kept | None
    notes: tuple[str, ...] = ()
    """What became of answers that were kept, where they could not be taken as they were."""

    def complete(self, step: Step) -> bool:
        """Whether everything that is asked in a step was answered."""
        return all(
            question.id in self.answered for question in step.questions if answering.applies(question, self.values)
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """確かめた回答: values that can be taken, and why others can't, by question."""

    values: Mapping[str, Value]
    faults: Mapping[str, str]


class GuidelineDraft:
    """ガイドラインの下書きの窓口."""

    def __init__(
        self,
        store: DraftStore,
        *,
        clock: Clock,
        template: Callable[[], Template],
        applied: Callable[[], Applied],
    ) -> None:
        self._store = store
        self._clock = clock
        self._template = template
        self._applied = applied
        self._rules: tuple[str, Mapping[str, Rule]] | None = None

    def steps(self) -> list[Step]:
        """質問のまとまり, in their order."""
        out: list[tuple[str, list[Question]]] = []
        for question in self._template().questions.questions:
            if question.step or not out:
                out.append((question.step, []))
            out[-1][1].append(question)
        return [Step(number, title, tuple(asked)) for number, (title, asked) in enumerate(out, start=1)]

    def open(self, organisation: str) -> Draft:
        """下書きを開く: what was answered, else what is known from register and policy in force, else the default."""
        made, applied = self._template(), self._applied()
        known: dict[str, Value] = {"municipality": self._store.organisation_name(organisation)}
        of_policy = guideline.known_from(made, applied.files[POLICY]) if applied.by_person else {}
        kept = self._store.draft(organisation)
        given: dict[str, Value] = {}
        notes: list[str] = []
        if kept is not None:
            given = answering.carry_over(kept.answers, made.questions)
            notes += answering.renewed(kept.answers, made.questions)
        newer = {name for name, value in of_policy.items() if name in given and given[name] != value}
        if kept is not None and newer and applied.applied_at > kept.saved_at:
            asked = [question.ask for question in made.questions.questions if question.id in newer]
            notes.append(f"保存した後に方針が変わったため、方針の値にしました: {'・'.join(asked)}")
            known |= given | of_policy
        else:
            known |= of_policy | given
        return Draft(made, guideline.defaults(made, known, self._today()), frozenset(given), kept, tuple(notes))

    def check(self, draft: Draft, step: Step, typed: Typed) -> Checked:
        """回答を確かめる: each by itself, then all together; a fault stands at the question where it can be mended."""
        values: dict[str, Value] = dict(draft.values)
        faults: dict[str, str] = {}
        for question in step.questions:
            values.pop(question.id, None)
            if not answering.applies(question, values):
                continue
            value, fault = read(question, typed.get(question.id, ()))
            if fault:
                faults[question.id] = fault
                values[question.id] = draft.values.get(
                    question.id, answering.default_of(question, values, self._today())
                )
            else:
                values[question.id] = value
        values = guideline.defaults(draft.template, values, self._today())
        here = [question.id for question in step.questions]
        for name, reason in guideline.contradictions(draft.template, values):
            involved = answering.involved(draft.template.questions, values)
            at = name if name in here else next((other for other in here if other in involved), "")
            if at and not faults:
                faults[at] = reason
        return Checked(values, faults)

    def save(self, actor: Actor, draft: Draft, step: Step, checked: Checked) -> None:
        """回答を残す: those of a step, which has no fault."""
        assert not checked.faults
        answered = draft.answered | {question.id for question in step.questions}
        values = {name: value for name, value in checked.values.items() if name in answered}
        self._keep(actor, draft.template, values)

    def load(self, actor: Actor, text: str) -> tuple[str, ...]:
        """answers.yaml を読み込む: instead of what was answered. Returns what was not taken. Raises ConfigError."""
        made = self._template()
        values = answering.carry_over(text, made.questions, answering.FILE)
        self._keep(actor, made, values)
        return tuple(answering.renewed(text, made.questions))

    def policy(self, draft: Draft) -> str:
        """policy.yaml: the policy in force with what the answers decide. Raises ConfigError."""
        return guideline.start(draft.template, draft.values, self._applied().files[POLICY], self._today()).policy

    def answers(self, draft: Draft) -> str:
        """answers.yaml: every question that applies."""
        return answering.write(Answers(draft.template.questions.version, draft.values), draft.template.questions)

    def files(self, draft: Draft) -> dict[str, str]:
        """適用する設定: the files in force with the policy of the answers. Raises ConfigError."""
        return {**self._applied().files, POLICY: self.policy(draft)}

    def compose(self, draft: Draft) -> Composed:
        """文書を組み立てる: with the policy that the answers make. Raises ConfigError."""
        applied = self._applied()
        if self._rules is None or self._rules[0] != applied.digest:
            self._rules = (applied.digest, guideline.in_force(applied.files, "").rules)
        policy = self.policy(draft)
        files = {**applied.files, POLICY: policy}
        now = InForce(datafile.parse(policy, Policy, POLICY), self._rules[1], "回答から作った方針", digest(files))
        return guideline.prepare(draft.template, self.answers(draft), now, self._today())

    def preview(self, draft: Draft, values: Mapping[str, Value], step: Step) -> str:
        """プレビュー: HTML of the articles that a step's answers change; empty where they can't stand together."""
        try:
            composed = self.compose(Draft(draft.template, values, draft.answered, None))
        except ConfigError:
            return ""
        return html.fragment(articles_of(composed, step.articles))

    def _keep(self, actor: Actor, made: Template, values: Mapping[str, Value]) -> None:
        text = answering.write(Answers(made.questions.version, values), made.questions)
        self._store.save_draft(actor.organisation, Kept(text, self._clock.now(), actor.person))

    def _today(self) -> dt.date:
        return japan_date(self._clock.now())


def articles_of(composed: Composed, articles: Sequence[int]) -> list[Block]:
    """The blocks of some articles, in their order."""
    starts = {chapter.heading: chapter.article for chapter in composed.chapters}
    out: list[Block] = []
    wanted = False
    for block in composed.document.blocks:
        if isinstance(block, Heading) and block in starts:
            wanted = starts[block] in articles
        if wanted:
            out.append(block)
    return out


def read(question: Question, sent: Sequence[str]) -> tuple[Value, str]:
    """回答を読む: the value of a question's fields, or why there is none.

    >>> read(Question(id="n", ask="何年", explain="年数", type="number", default=1, article=1), ["三"])
    ('', '整数で答えてください。')
    """
    text = sent[0].strip() if sent else ""
    value: Value
    match question.type:
        case "choices":
            chosen = [item for item in sent if item]
            known = [choice.value for choice in question.choices]
            value = tuple(sorted(dict.fromkeys(chosen), key=lambda item: known.index(item) if item in known else -1))
        case "lines":
            value = tuple(line.strip() for line in text.splitlines() if line.strip())
        case "number":
            if not (text.isascii() and text.isdecimal() and len(text) < 10):
                return "", "整数で答えてください。"
            value = int(text)
        case "date":
            try:
                value = dt.date.fromisoformat(text)
            except ValueError:
                return "", "日付（例 2027-04-01）で答えてください。"
        case _:
            value = text
    return value, answering.fault(question, value)
