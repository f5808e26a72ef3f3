import pytest

from ai_gov.errors import Conflict, StoreFailed
from ai_gov.stores.configsets import ConfigSets

FILES = {"names.yaml": "id: 氏名", "policy.yaml": "max_level: 1"}


def apply(store, digest="d1", files=FILES):
    return store.config.apply(files, digest=digest, actor="2001", diff=[f"+{digest}"])


def test_there_is_none_before_the_first(sqlite):
    assert sqlite.config.current() is None


def test_the_last_set_is_in_force_and_each_is_an_entry(sqlite):
    apply(sqlite)
    applied = apply(sqlite, "d2")
    current = sqlite.config.current()
    assert (current.digest, dict(current.files), current.actor) == ("d2", FILES, "2001")
    assert applied == current
    entry = sqlite.audit.entries()[0]
    assert entry.event.data == {"digest": "d2", "before": "d1", "diff": ["+d2"]}
    assert (entry.columns["kind"], entry.columns["actor"]) == ("config_applied", "2001")


def test_an_earlier_set_can_be_put_in_force_again(sqlite):
    for digest in ("d1", "d2", "d1"):
        apply(sqlite, digest)
    assert sqlite.config.current().digest == "d1"


def test_set_and_entry_stand_together_or_not_at_all(sqlite):
    with pytest.raises(StoreFailed):
        sqlite.config.apply(FILES, digest="d1", actor="2001", diff=object())
    assert sqlite.config.current() is None
    assert sqlite.audit.counts().entries == 0


def test_other_processes_serve_a_new_set_within_a_second(sqlite, opened, data):
    now = [0.0]
    other = opened(data)
    watching = ConfigSets(other.database, instance="i", clock=other.clock, monotonic=lambda: now[0])
    assert watching.current() is None
    apply(sqlite)
    now[0] += 0.5
    assert watching.current() is None
    now[0] += 0.5
    assert watching.current().digest == "d1"
    assert watching.current() is watching.current()


def test_a_set_that_was_compared_with_another_is_refused(sqlite):
    apply(sqlite)
    apply(sqlite, "d2")
    with pytest.raises(Conflict, match="別の設定が適用"):
        sqlite.config.apply(FILES, digest="d3", actor="2001", diff=[], expected="d1")
    assert sqlite.config.current().digest == "d2"
    assert sqlite.audit.counts().entries == 2
    sqlite.config.apply(FILES, digest="d3", actor="2001", diff=[], expected="d2")
    assert sqlite.config.current().digest == "d3"
