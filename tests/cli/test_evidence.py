"""ai-gov audit export, excerpt and rotate-key, and the verification of what they write."""

import pytest
import zstandard

from tests.cli.running import Command


@pytest.fixture
def run(tmp_path):
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "town", "見本町").code == 0
    return run


def test_a_compressed_export_verifies_and_a_damaged_one_does_not(run, tmp_path):
    file = tmp_path / "log.jsonl.zst"
    assert run("audit", "export", file, "--actor", "2001").code == 0
    assert "異常は見つかりませんでした" in run("audit", "verify", file).out
    whole = file.read_bytes()
    assert b"header" in zstandard.ZstdDecompressor().decompressobj().decompress(whole)
    file.write_bytes(whole[: len(whole) // 2])
    assert run("audit", "verify", file).code != 0
    file.write_bytes(b"no zstd at all")
    assert "展開できません" in run("audit", "verify", file).err


def test_what_was_handed_out_is_led_on_from_by_an_excerpt(run, tmp_path):
    note = tmp_path / "handed-out.txt"
    note.write_text(run("audit", "checkpoint").out)
    run("user", "organisation", "city", "見本市")
    file = tmp_path / "excerpt.jsonl"
    assert run("audit", "excerpt", file).code == 3
    assert run("audit", "excerpt", file, "--since", note).code == 0
    key = run("audit", "checkpoint", "--key").out.strip()
    verified = run("audit", "verify", file, "--against", note, "--key", key)
    assert verified.code == 0
    assert "示せません" in verified.out.splitlines()[0]


def test_the_signing_key_is_changed_and_both_are_known_afterwards(run):
    before = run("audit", "checkpoint", "--key").out.split()
    changed = run("audit", "rotate-key", "--actor", "2001")
    assert changed.code == 0
    after = run("audit", "checkpoint", "--key").out.split()
    assert after[:1] == before
    assert after[1] in changed.out
    assert run("audit", "verify").code == 0
