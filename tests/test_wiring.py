"""配線: days are days in Japan, whichever part it is that asks."""

import datetime as dt
import types

import pytest

from ai_gov import model, wiring
from ai_gov.model import Action
from tests.cli.running import Command

NIGHT = dt.datetime(2026, 11, 24, 20, 0, tzinfo=dt.UTC)  # the 25th in Japan


@pytest.fixture
def at_night(monkeypatch):
    class Night(dt.datetime):
        @classmethod
        def now(cls, _tz=None):
            return NIGHT

    monkeypatch.setattr(model, "dt", types.SimpleNamespace(**{**vars(dt), "datetime": Night}))


@pytest.fixture
def town(tmp_path):
    """A town's own policy: its only destination was approved up to the 24th."""
    folder = tmp_path / "config" / "redaction_rules"
    folder.mkdir(parents=True)
    policy = wiring.files(None)["redaction_rules/policy.yaml"]
    (folder / "policy.yaml").write_text(policy.replace("2099-03-31", "2026-11-24"), encoding="utf-8")
    return tmp_path / "config"


def test_an_approval_ends_with_the_day_in_japan(at_night, town):
    assert wiring.inspector(town).inspect("開館時間は？").action is Action.BLOCK


def test_a_published_fact_ends_with_the_day_in_japan(at_night, town, tmp_path):
    fact = "  - {{text: 080-1234-5678, entities: [PHONE_NUMBER], reason: 架空の窓口, expires: {0}}}\n"
    asked = "窓口の電話は080-1234-5678です。"
    for day, found in (("2026-11-24", 1), ("2026-11-25", 0)):
        (town / "redaction_rules" / "allow.yaml").write_text(
            "schema: 1\npublished:\n" + fact.format(day), encoding="utf-8"
        )
        assert len(wiring.inspector(town).explain(asked).findings) == found
    run = Command(tmp_path / "data", AI_GOV_CONFIG_DIR=str(town))
    assert run("rules", "check").code == 0


def test_whoever_applies_rules_is_named_as_in_every_other_command(tmp_path, town):
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "999999", "見本町").code == 0
    by = run("audit", "list", "--kind", "organisation_set").out.split("\t")[3].rpartition("/")[2]
    assert run("rules", "apply", "--config", town, "--yes").code == 0
    applied = run("audit", "list", "--kind", "config_applied").out or run("audit", "list").out
    assert by in applied, applied
