"""配線: days are days in Japan, whichever part it is that asks."""

import asyncio
import datetime as dt
import types

import pytest

from ai_gov import model, wiring
from ai_gov.model import Action
from ai_gov.wiring.raw import raw_expiring
from ai_gov.wiring.storage import live_config
from tests.cli.running import Command
from tests.service.world import TARO, Recording, request

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


@pytest.mark.parametrize("days", [0, 30])
def test_raw_texts_are_kept_where_a_towns_policy_says_so_and_go_in_the_rounds(tmp_path, days):
    folder = tmp_path / "config" / "redaction_rules"
    folder.mkdir(parents=True)
    policy = wiring.files(None)["redaction_rules/policy.yaml"]
    (folder / "policy.yaml").write_text(policy.replace("raw_days: 0", f"raw_days: {days}"), encoding="utf-8")
    made = wiring.library({"default": Recording()}, data_dir=tmp_path / "data", config_dir=tmp_path / "config")
    try:
        record = asyncio.run(made.ask.ask(request("氏名：綾小路蓮太郎\nお礼状を書いてください。", actor=TARO))).record
        assert (made.store.raw.text(record) is not None) == bool(days)
        gone = raw_expiring(made.store, live_config(made.store))
        assert gone() == 0
        made.store.raw._clock = types.SimpleNamespace(now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=31))
        assert gone() == (1 if days else 0)
        assert made.store.raw.text(record) is None
    finally:
        made.store.close()
