"""Whoever can write the database or the file outside, but not both as they were, is found out."""

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.stores.tables import entries

COLUMNS = [column.name for column in entries.columns if column.name not in ("position", "seq", "deleted")]

EDITS = {
    "text": "UPDATE entries SET text = replace(text, '1001', '1002') WHERE seq = 4",
    "moved in the tree": "UPDATE entries SET seq = 1000 WHERE seq = 4",
    "token removed": "DELETE FROM tokens WHERE token = 't3'",
    "token added": "INSERT INTO tokens SELECT 'other', position FROM entries WHERE seq = 4",
    "token of another entry": "UPDATE tokens SET entry = entry + 1 WHERE token = 't3'",
    "text made unreadable": "UPDATE entries SET text = BROKEN WHERE seq = 4",
    "text removed": "UPDATE entries SET text = NULL, salt = NULL WHERE seq = 4",
    "only marked as deleted": "UPDATE entries SET deleted = true WHERE seq = 4",
    "marked as deleted": "UPDATE entries SET text = NULL, salt = NULL, deleted = true WHERE seq = 4",
    "removed": "DELETE FROM entries WHERE seq = 5",
    "first removed": "DELETE FROM entries WHERE seq = 0",
    "tail cut off": "DELETE FROM entries WHERE seq >= 20",
    "last removed": "DELETE FROM entries WHERE seq = 23",
    "taken out of the tree": "UPDATE entries SET seq = NULL WHERE seq = 23",
    "all removed": "DELETE FROM entries",
    "node altered": "UPDATE nodes SET hash = ZEROS WHERE level = 2 AND number = 1",
    "node of leaves altered": "UPDATE nodes SET hash = ZEROS WHERE level = 1 AND number = 3",
    "node removed": "DELETE FROM nodes WHERE level = 1 AND number = 3",
    "node added": "INSERT INTO nodes VALUES (1, 500, ZEROS)",
    "node moved": "UPDATE nodes SET number = 77 WHERE level = 2 AND number = 1",
    "frontier altered": "UPDATE tree SET frontier = ZEROS",
    "frontier cut": "UPDATE tree SET size = 7",
    "tree removed": "DELETE FROM tree",
    "checkpoint altered": "UPDATE checkpoints SET note = replace(note, '16', '17') WHERE size = 16",
    "checkpoint garbled": "UPDATE checkpoints SET note = 'x' WHERE size = 16",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_stored_column_is_found(log, column):
    value = "ZEROS" if column in ("salt", "leaf") else f"{column} || 'x'"
    log.tamper(f"UPDATE entries SET {column} = {value} WHERE seq = 4")
    assert not log.verify().ok


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS)
def test_an_edit_is_found(log, statement):
    log.tamper(statement)
    assert not log.verify().ok


def test_two_entries_that_changed_places_are_found(log):
    log.tamper(
        "UPDATE entries SET seq = 100 WHERE seq = 4",
        "UPDATE entries SET seq = 4 WHERE seq = 6",
        "UPDATE entries SET seq = 6 WHERE seq = 100",
    )
    assert not log.verify().ok


def test_an_entry_that_was_slipped_in_is_found(log):
    log.tamper(
        "UPDATE entries SET seq = seq + 1000 WHERE seq >= 10",
        "UPDATE entries SET seq = seq - 999 WHERE seq >= 1010",
        "INSERT INTO entries SELECT position + 1000, '019d4657-0000-7000-8000-000000000000', text, salt, leaf, 10, "
        "deleted, recorded_at, exchange, kind, at, organisation, department, actor, use, destination, level, action, "
        "outcome, client, config FROM entries WHERE seq = 0",
    )
    assert not log.verify().ok


def test_an_entry_removed_without_a_trace_in_the_numbers_is_found(log):
    log.tamper(
        "DELETE FROM entries WHERE exchange = 'x2'",
        "UPDATE entries SET seq = seq + 1000 WHERE seq > 5",
        "UPDATE entries SET seq = seq - 1002 WHERE seq > 1000",
    )
    assert not log.verify().ok


def test_a_tail_cut_off_with_its_checkpoints_is_found_against_the_file_outside(log):
    log.tamper("DELETE FROM entries WHERE seq >= 16", "DELETE FROM checkpoints WHERE size > 16")
    report = log.verify()
    assert any("末尾" in problem for problem in report.problems)


def test_a_log_signed_again_with_the_right_key_is_found_against_the_file_outside(log):
    """The worst case: the attacker has the signing key, but not the file outside."""
    log.tamper("DELETE FROM entries WHERE seq >= 22")
    log.rebuild(log.keys.signing_key)
    report = log.verify()
    assert any("末尾が切り捨てられています" in problem for problem in report.problems)


def test_an_entry_rewritten_with_a_new_leaf_and_signed_again_is_found_against_the_file_outside(log):
    log.rewrite_entry(4, "1001", "1002")
    log.rebuild(log.keys.signing_key)
    report = log.verify()
    assert any("署名し直され" in problem for problem in report.problems)


def test_a_log_signed_again_with_another_key_is_found(log):
    other = SigningKey(log.keys.signing_key.name, Ed25519PrivateKey.generate())
    log.rebuild(other)
    assert any("知っている鍵の署名がありません" in problem for problem in log.verify().problems)


def test_a_log_signed_again_with_another_key_that_was_slipped_among_the_known_ones_is_found(log):
    """Whoever can also write the list of public keys: the file outside still binds, and so does a key from elsewhere."""
    other = SigningKey(log.keys.signing_key.name, Ed25519PrivateKey.generate())
    log.rewrite_entry(4, "1001", "1002")
    log.rebuild(other)
    log.audit.keys = (*log.audit.keys, other.verifier)
    assert not log.verify().ok
    log.outside.path.write_text("".join(f"{note}\n" for note in log.audit.checkpoints()))
    assert log.verify().ok  # here nothing is left that binds,
    assert not log.verify(keys=log.keys.verifiers).ok  # but the key that was handed out does


@pytest.mark.parametrize("also_removed", [True, False])
def test_a_checkpoint_that_was_replaced_or_forked_is_found(log, also_removed):
    key = log.keys.signing_key
    note = sign(Checkpoint(key.name, 16, bytes(32)), key)
    if also_removed:
        log.tamper("DELETE FROM checkpoints WHERE size = 16")
    log.tamper(f"INSERT INTO checkpoints VALUES (90, 16, '{note}', '')")
    assert any("分岐" in problem for problem in log.verify().problems)


def test_all_checkpoints_removed_is_found(log):
    log.tamper("DELETE FROM checkpoints")
    log.outside.path.unlink()
    report = log.verify()
    assert not report.ok
    assert "示せません" in report.first_line


def test_a_file_outside_that_is_gone_is_found(log, data):
    (data / "checkpoints.txt").unlink()
    assert not log.verify().ok


def test_a_file_outside_that_was_emptied_is_found(log, data):
    (data / "checkpoints.txt").write_text("")
    assert not log.verify().ok


def test_a_note_of_the_file_outside_that_was_altered_is_found(log, data):
    path = data / "checkpoints.txt"
    path.write_text(path.read_text().replace("\n16\n", "\n17\n"))
    assert not log.verify().ok


def test_a_file_outside_that_lost_its_end_is_found_against_a_copy(log, data):
    path = data / "checkpoints.txt"
    whole = log.audit.checkpoints()
    path.write_text("".join(f"{note}\n" for note in whole[:1]))
    log.tamper(
        "DELETE FROM entries WHERE seq >= 16",
        "DELETE FROM checkpoints WHERE size > 16",
        "UPDATE tree SET size = 16, frontier = (SELECT hash FROM nodes WHERE level = 4 AND number = 0)",
        "DELETE FROM nodes WHERE number << level >= 16",
    )
    assert log.verify().problems == ()  # nothing here shows it any more,
    assert not log.verify(against=whole[-1:]).ok  # but a checkpoint that was handed out does


def test_entries_that_stay_unsequenced_are_found(log):
    class Later:
        def now(self):
            return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)

    log.tamper("UPDATE entries SET seq = NULL WHERE seq = 23")
    log.audit._clock = Later()
    assert any("木に入っていません" in problem for problem in log.verify().problems)


def test_an_export_is_what_the_database_holds(log):
    from ai_gov.audit.export import verify_export

    lines = list(log.audit.export())
    report = verify_export(lines, log.audit.keys, log.audit.checkpoints())
    assert (report.entries, report.problems) == (24, ())
    lines[10] = lines[10].replace("1001", "1002")
    assert not verify_export(lines).ok
