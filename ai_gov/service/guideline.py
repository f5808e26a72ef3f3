"""利用ガイドライン: from answers to policy and document, and from a published document back to what is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ai_gov import datafile
from ai_gov.documents import markdown
from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline import embedded, policyfile
from ai_gov.documents.guideline import template as templates
from ai_gov.documents.guideline.answers import Answers
from ai_gov.documents.guideline.compose import Composed, InForce, compose
from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.facts import Fact, changed, facts
from ai_gov.documents.guideline.questions import Value
from ai_gov.documents.guideline.template import Template
from ai_gov.errors import ConfigError, Problem
from ai_gov.policy.schema import Policy
from ai_gov.service.governance import POLICY, digest, rules_of

STEM = "guideline"
"""The name of the built files, without its ending."""
FORMATS = ("md", "html", "docx", "pdf")


def in_force(files: Mapping[str, str], source: str) -> InForce:
    """Policy and rules of a set of files. Raises ConfigError."""
    if POLICY not in files:
        raise ConfigError([Problem(POLICY, 1, "方針のファイル policy.yaml がありません。")])
    policy = datafile.parse(files[POLICY], Policy, POLICY)
    return InForce(policy, rules_of(files).rules, source, digest(files))


def template(files: Mapping[str, str]) -> Template:
    """The template of a set of files. Raises ConfigError."""
    return templates.parse(files)


def defaults(made: Template, known: Mapping[str, Value], today: dt.date) -> dict[str, Value]:
    """An answer to every question that applies: what is known, else the default."""
    out: dict[str, Value] = {}
    for question in made.questions.questions:
        if not answering.applies(question, out):
            continue
        value = known.get(question.id)
        if value is None or answering.fault(question, value):
            value = answering.default_of(question, out, today)
        out[question.id] = value
    return out


def contradictions(made: Template, values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Answers that can't stand together: which question to look at, and why."""
    return list(answering.clashes(made.questions, values))


def known_from(made: Template, policy_text: str) -> dict[str, Value]:
    """What a policy already answers. Raises ConfigError."""
    return policyfile.from_policy(datafile.parse(policy_text, Policy, POLICY), made.questions)


@dataclass(frozen=True, slots=True)
class Written:
    """書き出すもの: answers.yaml and policy.yaml."""

    answers: str
    policy: str


def start(made: Template, values: Mapping[str, Value], base_policy: str, today: dt.date) -> Written:
    """The two files that a municipality starts from. Raises ConfigError."""
    given = Answers(made.questions.version, dict(values))
    text = answering.write(given, made.questions)
    checked = answering.read(text, made.questions)
    return Written(text, policyfile.write(base_policy, checked, made.questions, today))


def prepare(made: Template, answers_text: str, now: InForce, today: dt.date, *, path: str = answering.FILE) -> Composed:
    """The document of a municipality. Raises ConfigError, also where answers and policy are of two municipalities."""
    given = answering.read(answers_text, made.questions, path)
    problems = [
        Problem(
            path,
            datafile.line_of_key(answers_text, "answers", name),
            f"回答は「{said}」、{policyfile.FILE} は「{set_to}」です。別の団体のものが混ざっていないか確かめ、"
            "どちらかに合わせてください。",
        )
        for name, said, set_to in policyfile.differences(now.policy, given, made.questions)
        if name in {"municipality", "office"}
    ]
    if problems:
        raise ConfigError(problems)
    return compose(made, given, now, today)


def reading(made: Template, answers_text: str, now: InForce, today: dt.date, *, path: str) -> Composed:
    """What would be published now, to compare with; a policy of another office is a difference, not a refusal."""
    return compose(made, answering.read(answers_text, made.questions, path), now, today)


def from_embedded(made: Template, data: Embedded, now: InForce, today: dt.date, path: str) -> Composed:
    """What would be published now by the answers that a document carries. Raises ConfigError."""
    values: dict[str, Value] = {}
    for question in made.questions.questions:
        text = data.answers.get(question.id)
        if text is None:
            continue
        match question.type:
            case "choices" | "lines":
                values[question.id] = tuple(part for part in text.split("、") if part)
            case "number":
                values[question.id] = int(text)
            case "date":
                values[question.id] = dt.date.fromisoformat(text)
            case _:
                values[question.id] = text
    text = answering.write(Answers(data.questions, values), made.questions)
    return compose(made, answering.read(text, made.questions, f"{path} の埋め込みデータ"), now, today)


def beside(composed: Composed) -> Iterator[str]:
    """What was answered otherwise than the policy says; the document follows the policy."""
    for name, said, set_to in policyfile.differences(
        composed.in_force.policy, composed.answers, composed.template.questions
    ):
        question = composed.template.questions.find(name)
        ask = question.ask if question is not None else name
        yield f"{ask}: 回答は「{said}」ですが、方針は「{set_to}」です。文書は方針のとおりにしました。"


def as_markdown(composed: Composed) -> bytes:
    """The Markdown file, its data in the front matter."""
    return (embedded.front_matter(composed) + markdown.write(composed.document)).encode()


def impact(made: Template, before: InForce, after: InForce) -> dict[int, list[tuple[Fact | None, Fact | None]]]:
    """改正の影響: what differs between two policies and rule sets, by the article that says it (0: no article)."""
    old = facts(before.policy, before.rules, made.settings)
    new = facts(after.policy, after.rules, made.settings)
    out: dict[int, list[tuple[Fact | None, Fact | None]]] = {}
    for was, now in changed(old, new):
        fact = now or was
        assert fact is not None
        out.setdefault(fact.article, []).append((was, now))
    return dict(sorted(out.items()))


def compare(made: Template, towns: Mapping[str, InForce]) -> list[tuple[str, ...]]:
    """団体の比べ: a row for each setting that is not the same everywhere: title, key, and each town's value."""
    known = {name: facts(now.policy, now.rules, made.settings) for name, now in towns.items()}
    keys = dict.fromkeys(key for of_town in known.values() for key in of_town)
    out: list[tuple[str, ...]] = []
    for key in keys:
        values = [of_town[key].value if key in of_town else "（なし）" for of_town in known.values()]
        if len(set(values)) > 1:
            fact = next(of_town[key] for of_town in known.values() if key in of_town)
            out.append((f"{fact.title}（{fact.item}）" if fact.item else fact.title, key, *values))
    return out
