"""Single entries against the newest checkpoint, in a database of either kind that somebody tampers with."""

import pytest

from ai_gov.audit import inclusion
from tests.stores.steps import decided


def ids(log):
    return [entry.id for entry in reversed(log.audit.entries(limit=100))]


def test_every_entry_is_proven_in_the_tree_of_the_newest_checkpoint(log):
    found = log.audit.included(ids(log))
    assert (found.ok, found.proven, found.waiting, found.size) == (True, 24, 0, 24)
    assert log.audit.included([]).proven == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entries SET text = BROKEN WHERE seq = 3", "互いに合いません"),
        ("UPDATE entries SET text = NULL WHERE seq = 3", "互いに合いません"),
        ("UPDATE entries SET actor = 'somebody' WHERE seq = 3", "列だけが書き換えられています"),
        ("UPDATE entries SET level = '1' WHERE seq = 3", "列だけが書き換えられています"),
    ],
)
def test_what_is_done_to_an_entry_is_told_of_that_entry_alone(log, statement, said):
    every = ids(log)
    log.tamper(statement)
    found = log.audit.included(every)
    assert not found.ok
    (wrong,) = [name for name, problems in found.of.items() if problems]
    assert wrong == every[3]
    assert said in found.of[wrong][0]


def test_another_leaf_is_told_of_the_entry_and_of_the_one_beside_it(log):
    every = ids(log)
    log.tamper("UPDATE entries SET leaf = ZEROS WHERE seq = 3")
    found = log.audit.included(every)
    assert {name for name, problems in found.of.items() if problems} == {every[2], every[3]}


def test_a_row_that_was_rewritten_with_its_leaf_does_not_stand_in_the_tree(log):
    every = ids(log)
    log.rewrite_entry(5, "1001", "9999")
    assert "根に一致しません" in log.audit.included(every).of[every[5]][0]


def test_a_checkpoint_of_another_key_proves_nothing(log):
    found = inclusion.check("no note\n\n— x AAAA\n", [], keys=log.keys.verifiers, origin=log.audit.origin)
    assert not found.ok
    assert "チェックポイント" in found.problem


def test_an_entry_that_waits_for_its_place_is_no_fault(store):
    steps = [decided(), decided()]
    first = store.record_sync(steps[0]).entry_id
    store.sequence_now()
    second = store.record_sync(steps[1]).entry_id
    found = store.audit.included([first, second])
    assert (found.of, found.ok, found.waiting, found.proven) == ({first: (), second: None}, True, 1, 1)
