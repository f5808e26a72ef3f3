"""A broken rule or policy: no start, no apply, and a server that runs goes on with the last good set."""

from __future__ import annotations

import contextlib
import json
import time

import pytest

from ai_gov import wiring
from ai_gov.rules.library import shipped
from ai_gov.service.governance import digest, overlay
from ai_gov.settings import Settings
from tests.commands import SERVE, ai_gov
from tests.gateway import running
from tests.service.brokenfiles import CARD, FAULTS, GOOD, RULE, write

SOME = [FAULTS[name] for name in ("a pattern that never ends", "a policy with an unknown key")]
BODY = {"model": "default", "messages": [{"role": "user", "content": f"{CARD} の方への督促状"}]}


def apply_by_force(data_dir, files) -> str:
    """What a program of another version may have put there: a set that this one can't read."""
    merged = overlay(shipped("redaction_rules"), files)
    with contextlib.closing(wiring.store(Settings(data_dir=data_dir))) as store:
        return store.config.apply(merged, digest=digest(merged), actor="other", diff=[]).digest


def configs(gateway) -> list[str]:
    """The digest in each decision, oldest first."""
    return [json.loads(row["text"])["data"]["config"] for row in gateway.rows() if row["kind"] == "decided"]


@pytest.mark.parametrize("fault", SOME, ids=lambda fault: fault.words)
def test_a_server_does_not_start_on_broken_files_and_says_where(tmp_path, fault):
    town = write(tmp_path / "town", fault.files)
    done = ai_gov(tmp_path / "data", "serve", AI_GOV_CONFIG_DIR=str(town), AI_GOV_PORT="1")
    assert done.returncode == 2
    assert f"{fault.path}:{fault.line}: " in done.stderr
    assert fault.words in done.stderr
    assert "起動しました" not in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("fault", SOME, ids=lambda fault: fault.words)
def test_broken_files_are_not_applied(tmp_path, fault):
    apply_by_force(tmp_path / "data", {RULE: GOOD})
    before = (tmp_path / "data" / "ai-gov.db").read_bytes()
    town = write(tmp_path / "town", fault.files)
    done = ai_gov(tmp_path / "data", "rules", "apply", "--yes", AI_GOV_CONFIG_DIR=str(town))
    assert done.returncode == 2
    assert f"{fault.path}:{fault.line}: " in done.stderr
    assert (tmp_path / "data" / "ai-gov.db").read_bytes() == before


def test_a_running_server_keeps_the_last_good_set_until_the_next_good_one(tmp_path, service):
    good = apply_by_force(tmp_path / "data", {RULE: GOOD})
    with running.running(tmp_path / "data", service.url, command=SERVE) as gateway:
        assert gateway.post(BODY).status_code == 200
        apply_by_force(tmp_path / "data", SOME[0].files)
        time.sleep(1.1)  # it looks again once a second
        for _ in range(3):
            assert gateway.post(BODY).status_code == 200
        assert configs(gateway) == [good] * 4
        assert f"{SOME[0].path}:{SOME[0].line}: ".encode() in gateway.output()
        town = write(tmp_path / "town", {RULE: GOOD.replace("図書館の", "市立図書館の")})
        done = ai_gov(tmp_path / "data", "rules", "apply", "--yes", AI_GOV_CONFIG_DIR=str(town))
        assert done.returncode == 0, done.stderr
        time.sleep(1.1)
        assert gateway.post(BODY).status_code == 200
        assert len(set(configs(gateway))) == 2
        assert configs(gateway)[-1] != good
        applied = [json.loads(row["text"])["data"] for row in gateway.rows() if row["kind"] == "config_applied"]
        assert applied[-1]["digest"] == configs(gateway)[-1]
        assert any("市立図書館" in line for line in applied[-1]["diff"])
    assert CARD not in service.text
    assert len(service.calls) == 5


def test_a_server_does_not_start_on_a_broken_set_in_its_database(tmp_path):
    apply_by_force(tmp_path, SOME[0].files)
    done = ai_gov(tmp_path, "serve", AI_GOV_PORT="1")
    assert done.returncode == 6
    assert f"{SOME[0].path}:{SOME[0].line}: " in done.stderr
    assert "ai-gov rules check" in done.stderr
    assert "起動しました" not in done.stdout
