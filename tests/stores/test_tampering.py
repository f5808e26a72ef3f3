"""Whoever can write the database or the file outside, but not both as they were, is found out."""

import sqlite3

import pytest

from ai_gov.audit.checkpoint import Checkpoint, sign
from ai_gov.audit.merkle import Frontier
from tests.stores.steps import decided, outcome


@pytest.fixture
async def log(sqlite):
    for n in range(12):
        step = decided(f"x{n}", tokens=[f"t{n}"], sent="〔氏名1〕さんへ")
        await sqlite.record(step)
        await sqlite.record(outcome(step))
        if n % 4 == 3:
            sqlite.sequence_now()
    assert sqlite.audit.verify().problems == ()
    return sqlite


def tamper(store, *statements):
    raw = sqlite3.connect(store.database.path)
    for statement in statements:
        assert raw.execute(statement).rowcount, statement
    raw.commit()
    raw.close()


EDITS = {
    "text": "UPDATE entries SET text = replace(text, '1001', '1002') WHERE seq = 4",
    "column": "UPDATE entries SET actor = '1002' WHERE seq = 4",
    "recorded_at": "UPDATE entries SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE seq = 4",
    "id": "UPDATE entries SET id = '019d4657-0000-7000-8000-000000000000' WHERE seq = 4",
    "salt": "UPDATE entries SET salt = zeroblob(32) WHERE seq = 4",
    "leaf": "UPDATE entries SET leaf = zeroblob(32) WHERE seq = 4",
    "token removed": "DELETE FROM tokens WHERE token = 't3'",
    "token added": "INSERT INTO tokens SELECT 'other', position FROM entries WHERE seq = 4",
    "text removed": "UPDATE entries SET text = NULL, salt = NULL WHERE seq = 4",
    "marked as deleted": "UPDATE entries SET text = NULL, salt = NULL, deleted = 1 WHERE seq = 4",
    "removed": "DELETE FROM entries WHERE seq = 5",
    "tail cut off": "DELETE FROM entries WHERE seq >= 20",
    "taken out of the tree": "UPDATE entries SET seq = NULL WHERE seq = 23",
    "all removed": "DELETE FROM entries",
    "node altered": "UPDATE nodes SET hash = zeroblob(32) WHERE level = 2 AND number = 1",
    "node of leaves altered": "UPDATE nodes SET hash = zeroblob(32) WHERE level = 1 AND number = 3",
    "node removed": "DELETE FROM nodes WHERE level = 1 AND number = 3",
    "node added": "INSERT INTO nodes VALUES (1, 500, zeroblob(32))",
    "frontier altered": "UPDATE tree SET frontier = zeroblob(64)",
    "frontier cut": "UPDATE tree SET size = 7",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS)
async def test_an_edit_is_found(log, statement):
    tamper(log, statement)
    assert not log.audit.verify().ok


async def test_two_entries_that_changed_places_are_found(log):
    tamper(
        log,
        "UPDATE entries SET seq = 100 WHERE seq = 4",
        "UPDATE entries SET seq = 4 WHERE seq = 6",
        "UPDATE entries SET seq = 6 WHERE seq = 100",
    )
    assert not log.audit.verify().ok


async def test_an_entry_that_was_slipped_in_is_found(log):
    tamper(
        log,
        "UPDATE entries SET seq = seq + 1000 WHERE seq >= 10",
        "UPDATE entries SET seq = seq - 999 WHERE seq >= 1010",
        "INSERT INTO entries SELECT position + 1000, '019d4657-0000-7000-8000-000000000000', text, salt, leaf, 10, "
        "deleted, recorded_at, exchange, kind, at, organisation, department, actor, use, destination, level, action, "
        "outcome, client, config FROM entries WHERE seq = 0",
    )
    assert not log.audit.verify().ok


async def test_an_entry_removed_without_a_trace_in_the_numbers_is_found(log):
    tamper(
        log,
        "DELETE FROM entries WHERE exchange = 'x2'",
        "UPDATE entries SET seq = seq + 1000 WHERE seq > 5",
        "UPDATE entries SET seq = seq - 1002 WHERE seq > 1000",
    )
    assert not log.audit.verify().ok


async def test_a_tail_cut_off_with_its_checkpoints_is_found_against_the_file_outside(log):
    tamper(log, "DELETE FROM entries WHERE seq >= 16", "DELETE FROM checkpoints WHERE size > 16")
    report = log.audit.verify()
    assert any("末尾" in problem for problem in report.problems)


async def test_a_log_signed_again_with_the_right_key_is_found_against_the_file_outside(log, data):
    """The worst case: the attacker has the signing key, but not the file outside."""
    raw = sqlite3.connect(log.database.path)
    raw.execute("DELETE FROM entries WHERE seq >= 22")
    tree = Frontier()
    for (leaf,) in raw.execute("SELECT leaf FROM entries ORDER BY seq"):
        tree.append(leaf)
    key = log.sequencer._key
    raw.execute("DELETE FROM checkpoints")
    note = sign(Checkpoint(key.name, tree.size, tree.root()), key)
    raw.execute("INSERT INTO checkpoints VALUES (1, ?, ?, '')", (tree.size, note))
    raw.commit()
    raw.close()
    assert not log.audit.verify().ok


async def test_a_file_outside_that_is_gone_is_found(log, data):
    (data / "checkpoints.txt").unlink()
    assert not log.audit.verify().ok


async def test_a_file_outside_that_was_emptied_is_found(log, data):
    (data / "checkpoints.txt").write_text("")
    assert not log.audit.verify().ok


async def test_a_note_of_the_file_outside_that_was_altered_is_found(log, data):
    path = data / "checkpoints.txt"
    path.write_text(path.read_text().replace("\n16\n", "\n17\n"))
    assert not log.audit.verify().ok


async def test_a_file_outside_that_lost_its_end_is_found_against_a_copy(log, data):
    path = data / "checkpoints.txt"
    whole = log.audit.checkpoints()
    path.write_text("".join(f"{note}\n" for note in whole[:1]))
    tamper(
        log,
        "DELETE FROM entries WHERE seq >= 16",
        "DELETE FROM checkpoints WHERE size > 16",
        "UPDATE tree SET size = 16, frontier = (SELECT hash FROM nodes WHERE level = 4 AND number = 0)",
        "DELETE FROM nodes WHERE number << level >= 16",
    )
    assert log.audit.verify().problems == ()  # nothing here shows it any more,
    assert not log.audit.verify(against=whole[-1:]).ok  # but a checkpoint that was handed out does


async def test_entries_that_stay_unsequenced_are_found(log):
    import datetime as dt

    class Later:
        def now(self):
            return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)

    await log.record(decided())
    log.audit._clock = Later()
    assert any("木に入っていません" in problem for problem in log.audit.verify().problems)


async def test_an_export_is_what_the_database_holds(log):
    from ai_gov.audit.export import verify_export

    lines = list(log.audit.export())
    report = verify_export(lines, log.audit.keys, log.audit.checkpoints())
    assert (report.entries, report.problems) == (24, ())
    lines[10] = lines[10].replace("1001", "1002")
    assert not verify_export(lines).ok
