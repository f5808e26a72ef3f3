"""霧沢市, a municipality that does not exist: its answers, its policy, its guideline, and what is done to them."""

import datetime as dt
import functools

import yaml

from ai_gov import wiring
from ai_gov.documents.guideline.check import check
from ai_gov.service import guideline as service
from ai_gov.service.governance import POLICY

TODAY = dt.date(2026, 11, 25)
KNOWN = {
    "municipality": "霧沢市",
    "effective": dt.date(2027, 4, 1),
    "caio": "副市長",
    "office": "情報政策課",
    "service": "contracted",
    "service_title": "庁内文書支援サービス",
    "service_level": "2",
    "service_training": "no",
    "service_region": "domestic",
    "hold": ("3C",),
    "labels": ("any_external", "internal_decision", "rights_affecting"),
    "contact": "情報政策課（内線2200）",
}


@functools.cache
def template():
    return service.template(wiring.guideline_files())


@functools.cache
def shipped():
    return wiring.files(None)


APPROVAL = {
    "owner": "総務課",
    "purpose": "会議の録音を起こした文章を要約する",
    "personal": False,
    "evaluates": False,
    "risk": {"users": "staff", "work": "internal", "learning": "none", "judged": "always"},
    "approved_by": "CAIO（副市長）",
    "caio_judged": True,
    "approved_on": dt.date(2026, 4, 1),
    "approved_until": dt.date(2027, 3, 31),
    "review_on": dt.date(2027, 2, 1),
    "published": True,
}


@functools.cache
def base():
    """The policy the municipality had before: the shipped one with one use in its register."""
    data = yaml.safe_load(shipped()[POLICY])
    data["uses"][1]["approval"] = APPROVAL
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def written(**changes):
    """answers.yaml and policy.yaml, with some answers otherwise."""
    values = service.defaults(template(), KNOWN | changes, TODAY)
    return service.start(template(), values, base(), TODAY)


@functools.cache
def rules():
    return service.in_force(shipped(), "出荷時").rules


def in_force(policy_text, rule_set=None, source="policy.yaml"):
    from ai_gov import datafile
    from ai_gov.documents.guideline.compose import InForce
    from ai_gov.policy.schema import Policy

    policy = datafile.parse(policy_text, Policy, source)
    return InForce(policy, rules() if rule_set is None else rule_set, source)


def composed(files=None, *, policy=None, rule_set=None):
    files = files or written()
    now = in_force(policy or files.policy, rule_set)
    return service.reading(template(), files.answers, now, TODAY, path="answers.yaml")


@functools.cache
def built(kind, instrument="guide"):
    """The bytes of the municipality's guideline as it was first built."""
    return wiring.guideline_writers()[kind](composed(written(instrument=instrument)))


def differences(data, now, name="guideline.md", *, wording=False):
    found = check(wiring.read_published(data, name), now)
    return [item for item in found if wording or item.counts]


def policy_with(change, files=None):
    """The municipality's policy after ``change`` has been at its data."""
    data = yaml.safe_load((files or written()).policy)
    change(data)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
