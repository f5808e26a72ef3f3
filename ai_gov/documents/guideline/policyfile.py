"""回答から方針へ、方針から回答へ: policy.yaml written from the answers, and answers taken from a policy in force.

Only the keys that the answers decide are written anew; every other line of the policy they start from, comments
included, stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from ai_gov.datafile import Loader, parse
from ai_gov.documents.guideline.answers import Answers
from ai_gov.documents.guideline.questions import Questions, Value
from ai_gov.policy.schema import DEFAULT_UPSTREAM, Destination, Policy

FILE = "policy.yaml"
REGIONS: Final = {"domestic": "国内", "abroad": "国外の場合あり", "inside": "庁内", "unknown": "確認していない"}
_DEMO = "demo"
_REQUIRED: Final = "before_use"
_REVIEWERS: Final = {"one": 1, "two": 2}


def title_of(municipality: str) -> str:
    """The title of a municipality's policy, by which it is told from another's."""
    return f"{municipality} 生成AI利用の方針"


def main_destination(policy: Policy) -> Destination | None:
    """The service that the questions are about: the one named ``default``, else the first that is no demonstration."""
    real = [item for item in policy.destinations if item.upstream != _DEMO]
    return next((item for item in real if item.name == DEFAULT_UPSTREAM), real[0] if real else None)


def write(base: str, answers: Answers, questions: Questions, today: dt.date, path: str = FILE) -> str:
    """The policy that a base policy becomes by the answers. Raises ConfigError where that is no valid policy."""
    policy = parse(base, Policy, path)
    data: dict[str, Any] = yaml.load(base, Loader=Loader)  # noqa: S506 - the loader is yaml's safe one
    uses = _uses(data["uses"], answers, questions)
    default_use = policy.default_use if policy.default_use in {use["id"] for use in uses} else uses[0]["id"]
    changed: dict[str, Any] = {
        "title": title_of(answers.text("municipality")),
        "owner": answers.text("office"),
        "updated": today,
        "destinations": _destinations(data["destinations"], policy, answers),
        "unlisted_models": answers.text("unlisted"),
        "uses": uses,
        "default_use": default_use,
        "retention": {
            **data.get("retention", {}),
            "text_years": answers.values["keep_text"],
            "metadata_years": answers.values["keep_metadata"],
        },
        "hold": {**data.get("hold", {}), "levels": list(answers.many("hold"))},
        "training": {**data.get("training", {}), "required": answers.text("training") == _REQUIRED},
    }
    if "release" in Policy.model_fields:
        release = data.get("release", {})
        rule = {
            **release.get("default", {}),
            "reviewers": _REVIEWERS[answers.text("reviewers")],
            "triggers": list(answers.many("labels")),
        }
        changed["release"] = {**release, "default": rule}
    text = replace(base, {key: value for key, value in changed.items() if data.get(key) != value})
    parse(text, Policy, path)
    return text


def _destinations(before: list[dict[str, Any]], policy: Policy, answers: Answers) -> list[dict[str, Any]]:
    main = main_destination(policy)
    others = [item for item in before if main is None or item["name"] != main.name]
    if answers.text("service") == "none":
        return others
    old = next((item for item in before if main is not None and item["name"] == main.name), {})
    new = {
        **({"name": DEFAULT_UPSTREAM, "title": "", "upstream": DEFAULT_UPSTREAM} | old),
        "title": answers.text("service_title"),
        "service": answers.text("service"),
        "trains_on_input": answers.text("service_training") == "yes",
        "region": _region(answers, str(old.get("region", ""))),
        "max_level": answers.text("service_level"),
        "approved_until": answers.values["service_until"],
    }
    names = [item["name"] for item in before]
    place = names.index(main.name) if main is not None else len(others)
    return [*others[:place], new, *others[place:]]


def _region(answers: Answers, before: str) -> str:
    word = REGIONS[answers.text("service_region")]
    return before if _region_of(before) == answers.text("service_region") and before else word


def _region_of(text: str) -> str:
    for key, word in REGIONS.items():
        if text == word:
            return key
    return "domestic" if text.startswith("国内") else "unknown"


def _uses(before: list[dict[str, Any]], answers: Answers, questions: Questions) -> list[dict[str, Any]]:
    question = questions.find("uses")
    assert question is not None
    offered = {choice.value: choice.label for choice in question.choices}
    known = {item["id"]: item for item in before}
    chosen = [known.get(name, {"id": name, "title": offered[name]}) for name in offered if name in answers.many("uses")]
    kept = [item for item in before if item["id"] not in offered]
    return [*chosen, *kept]


def replace(base: str, changed: Mapping[str, Any]) -> str:
    r"""A YAML text in which some keys of the first level have other values; everything else stays, comments too.

    >>> replace("# 表題\ntitle: a\n\n# 担当\nowner: b\n", {"title": "c"})
    '# 表題\ntitle: c\n\n# 担当\nowner: b\n'
    """
    lines = base.split("\n")
    root = yaml.compose(base, Loader=Loader)
    assert isinstance(root, yaml.MappingNode)
    starts = [key.start_mark.line for key, _ in root.value]
    out: list[str] = lines[: starts[0]]
    for (key, _), start, end in zip(root.value, starts, [*starts[1:], len(lines)], strict=True):
        part = lines[start:end]
        if key.value not in changed:
            out += part
            continue
        tail = _tail(part)
        out += _dumped(key.value, changed[key.value]).rstrip("\n").split("\n") + tail
    text = "\n".join(out)
    for name, value in changed.items():
        if name not in {key.value for key, _ in root.value}:
            text = text.rstrip("\n") + "\n\n" + _dumped(name, value)
    return text


def _tail(part: list[str]) -> list[str]:
    """The blank lines and comments at the end of a part: they belong to the next key."""
    end = len(part)
    while end > 1 and (not part[end - 1].strip() or part[end - 1].startswith("#")):
        end -= 1
    return part[end:]


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, False)


def _dumped(name: str, value: object) -> str:
    dumped: str = yaml.dump({name: value}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return dumped


def from_policy(policy: Policy, questions: Questions) -> dict[str, Value]:
    """What a policy already answers, as defaults for the questions."""
    uses = questions.find("uses")
    assert uses is not None
    offered = [choice.value for choice in uses.choices]
    there = {use.id for use in policy.uses}
    out: dict[str, Value] = {
        "office": policy.owner,
        "unlisted": policy.unlisted_models,
        "uses": tuple(name for name in offered if name in there) or tuple(offered),
        "hold": policy.hold.levels,
        "keep_metadata": policy.retention.metadata_years,
        "keep_text": policy.retention.text_years,
        "training": _REQUIRED if policy.training.required else "yearly",
    }
    rule = getattr(getattr(policy, "release", None), "default", None)
    if rule is not None:
        out["reviewers"] = next(word for word, number in _REVIEWERS.items() if number == rule.reviewers)
        out["labels"] = tuple(rule.triggers)
    main = main_destination(policy)
    if main is None:
        out["service"] = "none"
        return out
    out |= {
        "service": main.service,
        "service_title": main.title,
        "service_level": main.max_level,
        "service_training": "yes" if main.trains_on_input else "no",
        "service_region": _region_of(main.region),
        "service_until": main.approved_until,
    }
    return out


def differences(policy: Policy, answers: Answers, questions: Questions) -> Iterable[tuple[str, str, str]]:
    """Where a policy says something else than the answers: question, what was answered, what the policy says."""
    said = from_policy(policy, questions)
    for name, value in said.items():
        if name in answers.values and _comparable(answers.values[name]) != _comparable(value):
            yield name, _shown(questions, name, answers.values[name]), _shown(questions, name, value)
    wanted = title_of(answers.text("municipality"))
    if policy.title != wanted:
        yield "municipality", wanted, policy.title


def _comparable(value: Value) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


def _shown(questions: Questions, name: str, value: Value) -> str:
    question = questions.find(name)
    assert question is not None
    if isinstance(value, tuple):
        return "、".join(question.label(item) for item in value) or "なし"
    return f"{question.label(str(value))}{question.unit}"
