"""A set of files is in force as a whole or not at all, and a fault in it is told with file and line."""

from __future__ import annotations

import datetime as dt

import pytest
import structlog

from ai_gov.errors import ConfigError, FailClosed
from ai_gov.rules.library import read_folder, shipped
from ai_gov.service.governance import LiveConfig, build, digest, overlay
from ai_gov.stores.clock import SystemClock
from ai_gov.stores.memory import MemoryStore
from tests.service.brokenfiles import CARD, FAULTS, GOOD, POLICY, RULE, write
from tests.service.world import answered, request, world

TODAY = dt.date(2026, 11, 25)
SHIPPED = shipped("redaction_rules")
SOME = {name: FAULTS[name] for name in ("a rule that is no YAML", "an id used twice", "a type that no rule finds")}


def town(files: dict[str, str]) -> dict[str, str]:
    return overlay(SHIPPED, files)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_file_and_line(fault, tmp_path):
    read = read_folder(write(tmp_path, fault.files) / "redaction_rules")
    assert read == fault.files
    with pytest.raises(ConfigError) as caught:
        build(town(read), TODAY)
    told = [(problem.path, problem.line, problem.message) for problem in caught.value.problems]
    assert any((path, line) == (fault.path, fault.line) and fault.words in words for path, line, words in told), told


def test_all_faults_of_rules_and_policy_are_told_at_once():
    bad = [FAULTS[name] for name in ("an unknown key", "a policy with an unknown key")]
    with pytest.raises(ConfigError) as caught:
        build(town({path: text for fault in bad for path, text in fault.files.items()}), TODAY)
    assert {problem.path for problem in caught.value.problems} == {fault.path for fault in bad}


def test_without_a_policy_nothing_is_in_force():
    with pytest.raises(ConfigError, match=r"policy\.yaml がありません"):
        build({path: text for path, text in SHIPPED.items() if path != POLICY}, TODAY)


def test_the_digest_names_every_byte_of_every_file():
    files = town({RULE: GOOD})
    seen = {digest(files), digest(SHIPPED)}
    for path in (POLICY, f"own/{RULE}"):
        seen.add(digest(files | {path: files[path] + "\n"}))
        seen.add(digest({(name + "x" if name == path else name): text for name, text in files.items()}))
    assert len(seen) == 6
    assert digest(dict(reversed(files.items()))) == digest(files)


class Source:
    """The set in the database, as every request asks for it."""

    def __init__(self, files: dict[str, str]):
        self.put(files)

    def put(self, files: dict[str, str]) -> str:
        self.name, self.files = digest(files), files
        return self.name

    def __call__(self):
        return self.name, self.files


@pytest.mark.parametrize("fault", SOME.values(), ids=SOME)
async def test_a_broken_set_leaves_the_last_good_one_in_force(fault):
    source = Source(town({RULE: GOOD}))
    good = source.name
    made = world(MemoryStore(), config=LiveConfig(source, SystemClock()))
    await answered(made, request(f"{CARD} の方への督促状"))
    with structlog.testing.capture_logs() as lines:
        source.put(town(fault.files))
        await answered(made, request(f"{CARD} の方への督促状"))
        await answered(made, request(f"{CARD} の方への督促状"))
    assert made.outcomes() == ["decided", "answered"] * 3
    assert {row.event.data["config"] for row in made.rows() if row.event.kind == "decided"} == {good}
    assert CARD not in made.upstream.left
    assert [line["digest"] for line in lines if line["log_level"] == "error"] == [source.name], "it is told once"
    assert f"{fault.path}:{fault.line}: " in "\n".join(lines[0]["problems"])
    newer = source.put(town({RULE: GOOD, "redaction_rules/allow.yaml": "schema: 1\npublished: []\n"}))
    await answered(made, request("こんにちは"))
    assert made.rows()[-2].event.data["config"] == newer, "a good one takes its place at once"


@pytest.mark.parametrize("fault", SOME.values(), ids=SOME)
async def test_without_a_good_set_nothing_is_sent(fault):
    made = world(MemoryStore(), config=LiveConfig(Source(town(fault.files)), SystemClock()))
    with pytest.raises(FailClosed, match="ai-gov rules check"):
        await answered(made, request("こんにちは"))
    assert (made.upstream.calls, made.outcomes()) == ([], ["refused"])


def test_the_day_decides_what_is_published_still():
    """A server that runs for years must not go on allowing what has run out."""

    class Day:
        today = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)

        def now(self):
            return self.today

    allow = f"schema: 1\npublished:\n  - {{text: {CARD}, reason: 見本の番号, expires: 2026-12-31}}\n"
    day = Day()
    live = LiveConfig(Source(town({RULE: GOOD, "redaction_rules/allow.yaml": allow})), day)

    def found() -> int:
        from tests.service.world import reader

        return len(live.current().detector.detect(reader().read(f"{CARD} の方")))

    assert found() == 0
    day.today = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    assert found() == 1
