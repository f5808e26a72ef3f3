import pytest

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, open_note, sign
from ai_gov.audit.merkle import EMPTY_ROOT
from ai_gov.stores.checkpointfile import CheckpointFile

KEY = SigningKey.from_seed("example.lg.jp/log", bytes(32))
NOTES = [sign(Checkpoint(KEY.name, size, EMPTY_ROOT, (f"2026-04-0{size + 1}",)), KEY) for size in range(5)]


@pytest.fixture
def outside(tmp_path):
    return CheckpointFile(tmp_path / "checkpoints.txt")


def test_notes_come_back_as_they_were_written(outside):
    for note in NOTES:
        outside.append([note])
    assert outside.notes() == NOTES


def test_a_note_that_is_there_is_not_written_again(outside):
    outside.append(NOTES[:3])
    outside.append(NOTES[1:])
    assert outside.notes() == NOTES


@pytest.mark.parametrize("cut", [1, 2, 5, 40, 60, 100, len(NOTES[2].encode()) - 1, len(NOTES[2].encode())])
def test_a_note_that_a_crash_cut_off_is_completed(outside, cut):
    outside.append(NOTES[:2])
    with outside.path.open("ab") as file:
        file.write(NOTES[2].encode()[:cut])
    outside.append(NOTES[2:])
    assert outside.notes() == NOTES
    assert [open_note(note, [KEY.verifier]).size for note in outside.notes()] == [0, 1, 2, 3, 4]


def test_rubbish_at_the_end_does_not_spoil_what_follows(outside):
    outside.append(NOTES[:1])
    with outside.path.open("ab") as file:
        file.write(b"rubbish")
    outside.append(NOTES[1:])
    assert outside.notes()[-3:] == NOTES[2:]


def test_no_file_is_no_note(outside):
    assert outside.notes() == []
