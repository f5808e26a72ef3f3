"""An exported log verifies with nothing but its file; a file that was altered is refused or found out."""

import json

import pytest

from ai_gov.audit.checkpoint import SigningKey
from ai_gov.audit.export import ExportError, Header, Reader, verify_export, write
from ai_gov.model import Event
from tests.audit.factories import KEY, ORIGIN, build


def exported(log):
    return list(write(Header(ORIGIN, log.at, (KEY.verifier,)), log.checkpoints, log.rows))


def full():
    log = build()
    log.delete(1, 2)
    log.delete(3, keep_columns=False)
    log.checkpoint()
    log.append(Event("rules_applied", log.at), sequenced=False)
    return log


def change(line, **values):
    return json.dumps(json.loads(line) | values, ensure_ascii=False) + "\n"


def test_a_whole_log_verifies_from_the_file_alone_and_says_what_that_does_not_show():
    log = full()
    report = verify_export(exported(log))
    assert report.problems == ()
    assert (report.entries, report.deleted, report.waiting) == (15, 3, 1)
    first = report.summary_ja().splitlines()[0]
    assert "示せません" in first
    assert "検証鍵もこのファイルのものなので" in first


def test_with_keys_and_checkpoints_that_came_another_way_it_shows_more():
    log = full()
    report = verify_export(exported(log), [KEY.verifier], log.checkpoints)
    assert report.ok
    assert "検証鍵も" not in report.first_line
    assert "（15件まで）と比べました" in report.first_line


def test_a_file_signed_with_another_key_is_found_where_the_key_is_known():
    report = verify_export(exported(full()), [SigningKey.from_seed(ORIGIN, b"9" * 32).verifier])
    assert any("知っている鍵の署名がありません" in problem for problem in report.problems)


def test_rows_are_read_as_they_were_written():
    log = full()
    reader = Reader(exported(log))
    rows = list(reader.rows())
    assert reader.checkpoints == log.checkpoints
    assert [(r.seq, r.entry_id, r.leaf, r.salt, r.text, r.recorded_at, r.deleted) for r in rows] == [
        (r.seq, r.entry_id, r.leaf, r.salt, r.text, r.recorded_at, r.deleted) for r in log.rows
    ]
    assert rows[1].columns == log.rows[1].columns
    assert rows[3].columns is None
    with pytest.raises(RuntimeError):
        next(reader.rows())


def test_a_line_is_a_line_whatever_separators_the_texts_hold():
    log = build(1)
    log.event("rules_applied", note="a\u2028b\u0085c\nd\re")
    log.checkpoint()
    assert verify_export("".join(exported(log)).split("\n")[:-1]).ok


@pytest.mark.parametrize(
    ("damage", "line", "words"),
    [
        (lambda f: f[:-1], 18, "途中で切れています"),
        (lambda f: f[:8], 9, "途中で切れています"),
        (lambda f: [*f, f[-1]], 19, "余分な行"),
        (lambda f: [*f[:7], f[7][:50], *f[8:]], 8, "JSONとして読めません"),
        (lambda f: [*f[:7], "[]\n", *f[8:]], 8, "JSONとして読めません"),
        (lambda f: [*f[:7], "[" * 100_000, *f[8:]], 8, "JSONとして読めません"),
        (lambda f: [*f[:7], *f[8:]], 17, "件数または根"),
        (lambda f: [*f[:-1], change(f[-1], root="x")], 18, "件数または根"),
        (lambda f: [*f[:7], change(f[7], leaf="AA=="), *f[8:]], 8, "leaf"),
        (lambda f: [*f[:7], change(f[7], leaf=None), *f[8:]], 8, "leaf"),
        (lambda f: [*f[:7], change(f[7], salt="!"), *f[8:]], 8, "salt"),
        (lambda f: [*f[:7], change(f[7], salt="AB=="), *f[8:]], 8, "salt"),
        (lambda f: [*f[:7], change(f[7], seq=True), *f[8:]], 8, "seq"),
        (lambda f: [*f[:7], change(f[7], seq=-1), *f[8:]], 8, "seq"),
        (lambda f: [*f[:7], change(f[7], columns={"a": 1}), *f[8:]], 8, "columns"),
        (lambda f: [*f[:7], change(f[7], deleted=0), *f[8:]], 8, "deleted"),
        (lambda f: [*f[:7], change(f[7], recorded_at="2026-04-01"), *f[8:]], 8, "recorded_at"),
        (lambda f: [*f[:7], change(f[7], extra=1), *f[8:]], 8, "項目"),
        (lambda f: [*f[:7], change(f[7], type="checkpoint"), *f[8:]], 8, "最後の行でも"),
    ],
)
def test_a_damaged_file_is_refused_with_the_line_and_the_verdict_says_so(damage, line, words):
    lines = damage(exported(build()))
    with pytest.raises(ExportError, match=words) as caught:
        list(Reader(lines).rows())
    assert caught.value.line == line
    report = verify_export(lines)
    assert not report.ok
    assert words in report.problems[0]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda f: [], "途中で切れています"),
        (lambda f: ["\n"], "JSON"),
        (lambda f: f[1:], "書き出し"),
        (lambda f: [change(f[0], version=2), *f[1:]], "版1"),
        (lambda f: [change(f[0], keys=["x"]), *f[1:]], "検証鍵"),
        (lambda f: [change(f[0], keys=[1]), *f[1:]], "検証鍵"),
        (lambda f: [change(f[0], origin=None), *f[1:]], "origin"),
        (lambda f: [f[0], change(f[1], note=1), *f[2:]], "note"),
    ],
)
def test_a_file_that_does_not_begin_as_an_export_is_refused(damage, words):
    with pytest.raises(ExportError, match=words):
        verify_export(damage(exported(build())))


def test_an_altered_text_is_found_in_the_file_too():
    lines = exported(build())
    lines[8] = lines[8].replace("answered", "client_gone")
    assert any("書き換えられています" in problem for problem in verify_export(lines).problems)
