"""Time stamps of checkpoints, from a real authority (``openssl ts``), kept in real databases, and all that can fail."""

import contextlib
import datetime as dt
import json
import shutil
import time

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_gov.audit import timestamps
from ai_gov.audit.der import with_sorted_certificates
from ai_gov.audit.timestamps import Stamp, TimestampError, accept, ask, read_roots, time_of
from ai_gov.errors import BadRequest
from ai_gov.notify.timestamping import HttpAuthority
from ai_gov.service.audit_timestamps import TimestampFailed, TimestampService
from ai_gov.service.background import Background
from ai_gov.stores.tables import checkpoints
from tests.authority import TimeStampAuthority
from tests.stores.steps import decided

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")

NOTE = "sample.lg.jp/log\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— sample.lg.jp/log AAAA\n"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return TimeStampAuthority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def authority(made):
    made.signer, made.ask_instead, made.status, made.garbage = "tsa", None, 200, None
    made.asked.clear()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    return TimeStampAuthority(tmp_path_factory.mktemp("other") / "authority")


def roots(authority):
    return read_roots(authority.root.read_bytes())


def service(store, authority=None):
    known = None if authority is None else roots(authority)
    return TimestampService(store.timestamps, clock=store.clock, roots=known, settle=store.sequence_now)


async def filled(opener, data, count=3):
    store = opener(data)
    for number in range(count):
        await store.record(decided(f"x{number}"))
    return store


async def test_a_checkpoint_gets_a_stamp_that_openssl_verifies_too(opener, data, authority, tmp_path):
    store = await filled(opener, data)

    got = service(store, authority).stamp(HttpAuthority(authority.url), actor="9001")

    assert abs(got.time - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)
    (tmp_path / "note").write_text(got.stamp.note)
    (tmp_path / "token").write_bytes(got.stamp.token)
    assert authority.verify(tmp_path / "token", tmp_path / "note")
    assert store.audit.stamps.stamps() == ([got.stamp], 0)
    entry = store.audit.entries()[0]
    assert (entry.columns["kind"], entry.columns["actor"], entry.event.data["size"]) == ("timestamped", "9001", 3)
    assert NOTE.split("\n", maxsplit=1)[0] not in str(authority.asked)  # only a hash is sent

    store.sequence_now()
    report = store.audit.verify(tsa_roots=roots(authority))
    assert report.problems == ()
    assert "3件目までの記録が" in report.time_line
    assert "その後に作り直されたものでないことを、時刻認証局の署名が示します" in report.time_line
    assert "時刻印のあるチェックポイント 1 件、ないもの 1 件。3件目より後の 1 件には、まだ時刻印がありません。" in (
        report.time_line
    )
    assert report.summary_ja().split("\n")[1] == report.time_line


async def test_without_a_root_the_report_says_that_nobody_looked_at_who_made_it(opener, data, authority):
    store = await filled(opener, data)
    service(store).stamp(HttpAuthority(authority.url))
    report = store.audit.verify()
    assert report.ok
    assert "発行した時刻認証局を確かめていません" in report.time_line
    assert "署名が示します" not in report.time_line


async def test_a_log_without_stamps_says_so_only_where_it_is_asked(opener, data, authority):
    store = await filled(opener, data)
    store.sequence_now()
    assert store.audit.verify().time_line == ""
    assert "使えるものが1件もありません" in store.audit.verify(tsa_roots=roots(authority)).time_line


async def test_an_authority_that_nobody_trusts_is_found(opener, data, authority, stranger):
    store = await filled(opener, data)
    with pytest.raises(TimestampFailed, match="別の認証局のものです"):
        service(store, stranger).stamp(HttpAuthority(authority.url))
    assert store.audit.stamps.stamps() == ([], 0)

    service(store).stamp(HttpAuthority(authority.url))  # taken unseen, found later
    report = store.audit.verify(tsa_roots=roots(stranger))
    assert any("別の認証局のものです" in problem for problem in report.problems)
    assert "使えるものが1件もありません" in report.time_line


@pytest.mark.parametrize("fault", ["imprint", "nonce", "expired", "down", "500", "garbage", "empty", "long", "refused"])
async def test_a_stamp_that_is_not_what_was_asked_for_is_refused_and_nothing_is_lost(opener, data, authority, fault):
    store = await filled(opener, data)
    store.sequence_now()
    note = store.audit.latest_checkpoint()
    match fault:
        case "imprint":
            authority.ask_instead = ask(NOTE).body
        case "nonce":
            authority.ask_instead = ask(note).body
        case "expired":
            authority.signer = "old"
        case "down":
            authority.stop()
        case "500":
            authority.status = 500
        case "garbage":
            authority.garbage = b"<html>busy</html>"
        case "empty":
            authority.garbage = b""
        case "long":
            authority.garbage = bytes(200_000)
        case "refused":
            authority.garbage = bytes.fromhex("30053003020102")  # status 2: rejection
    said = {
        "imprint": "ノンス",
        "nonce": "ノンス",
        "expired": "有効期限の後",
        "down": "接続できません",
        "500": "応答が 500",
        "garbage": "読めません",
        "empty": "読めません",
        "long": "長すぎます",
        "refused": "状態 2",
    }

    with pytest.raises(TimestampFailed, match=said[fault]) as failed:
        service(store, authority).stamp(HttpAuthority(authority.url))

    assert "チェックポイントはそのまま残っています" in str(failed.value)
    assert (store.audit.latest_checkpoint(), store.audit.stamps.stamps()) == (note, ([], 0))
    assert "timestamped" not in {entry.columns["kind"] for entry in store.audit.entries()}
    assert store.audit.verify().ok

    authority.signer, authority.ask_instead, authority.status, authority.garbage = "tsa", None, 200, None
    if fault == "down":
        authority.start()
    assert service(store, authority).stamp(HttpAuthority(authority.url)).stamp.note == note


async def test_a_server_tries_again_until_it_has_one_and_then_waits_for_the_next_day(opener, data, authority, caplog):
    store = await filled(opener, data)
    work, every = service(store, authority), dt.timedelta(hours=24)
    assert not work.due(every)  # nothing is signed yet
    store.sequence_now()
    authority.stop()
    rounds = Background("t", lambda: work.keep(HttpAuthority(authority.url), every), failing="時刻印を得られません")
    rounds.start(0.05)
    try:
        _until(lambda: caplog.text.count("時刻印を得られません。次の回にやり直します") >= 2)
        authority.start()
        _until(lambda: len(store.audit.stamps.stamps()[0]) == 1)
        await store.record(decided("later"))
        store.sequence_now()
        asked = len(authority.asked)
        _until(lambda: not work.due(every))
    finally:
        rounds.stop()
    assert (len(authority.asked), len(store.audit.stamps.stamps()[0])) == (asked, 1)
    assert work.due(dt.timedelta(0))


def test_an_empty_log_has_nothing_to_stamp(opener, data, authority):
    store = opener(data)
    work = service(store)
    with pytest.raises(BadRequest, match="1件もありません"):
        work.stamp(HttpAuthority(authority.url))
    assert not work.due(dt.timedelta(0))


async def test_a_stamp_that_a_crash_left_out_of_the_file_is_copied_later(opener, data, authority):
    store = await filled(opener, data)
    work = service(store, authority)
    stamp = work.stamp(HttpAuthority(authority.url)).stamp
    path = store.audit.stamps.path
    half = path.read_text()[:100]
    path.write_text(half)
    assert any("読めない行" in problem for problem in store.audit.verify().problems)
    path.unlink()
    assert store.audit.verify(tsa_roots=roots(authority)).ok
    work.keep(HttpAuthority(authority.url), dt.timedelta(hours=24))
    assert store.audit.stamps.stamps() == ([stamp], 0)


async def test_a_log_rewritten_and_signed_again_does_not_agree_with_what_was_stamped(log, authority):
    """Whoever rules the machine has the signing key; the past can't be stamped again."""
    note = log.audit.checkpoints()[0]
    query = ask(note)
    stamp = Stamp(note, authority.reply(query.body), "tsa", "")
    log.audit.stamps.append([stamp])
    other = "— 別のもの"
    assert time_of(stamp.token, note, roots(authority))
    with pytest.raises(TimestampError, match="このチェックポイントへのものではありません"):
        time_of(stamp.token, note + other, roots(authority))
    report = log.verify(tsa_roots=roots(authority))
    assert any("控え（timestamps.jsonl）にあるのに" in problem for problem in report.problems)


async def test_a_checkpoint_exchanged_under_its_stamp_is_found(opener, data, authority):
    store = await filled(opener, data)
    service(store, authority).stamp(HttpAuthority(authority.url))
    with store.database.write() as connection:
        connection.execute(sa.update(checkpoints).values(note=NOTE))
    problems = store.audit.verify(tsa_roots=roots(authority)).problems
    assert any("このチェックポイントへのものではありません" in problem for problem in problems)


def test_a_token_with_its_certificates_in_any_order_is_read(authority):
    query = ask(NOTE)
    answer = authority.reply(query.body)
    assert with_sorted_certificates(answer) != answer  # OpenSSL sends them as they were configured
    assert accept(answer, NOTE, query, roots(authority))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_token_that_was_changed_anywhere_is_refused_or_says_the_same(made, data):
    query, answer = _answered(made)
    at = data.draw(st.integers(0, len(answer) - 1))
    changed = answer[:at] + bytes([answer[at] ^ data.draw(st.integers(1, 255))]) + answer[at + 1 :]
    with contextlib.suppress(TimestampError):
        assert accept(changed, NOTE, query, roots(made)) == accept(answer, NOTE, query, roots(made))


_KEPT: list[tuple[timestamps.Query, bytes]] = []


def _answered(made):
    if not _KEPT:
        made.signer, made.ask_instead, made.garbage = "tsa", None, None
        query = ask(NOTE)
        _KEPT.append((query, made.reply(query.body)))
    return _KEPT[0]


@pytest.mark.parametrize("line", ["", "x", "[]", "{}", '{"note": 1, "token": "?", "authority": "", "at": ""}', "null"])
def test_a_line_that_is_no_stamp_is_refused(line):
    with pytest.raises(TimestampError):
        Stamp.read(line)


def test_a_file_that_is_no_certificate_is_refused():
    for data in (b"", b"x", b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"):
        with pytest.raises(TimestampError, match="ルート証明書"):
            read_roots(data)


def test_the_log_names_an_authority_without_what_is_secret_in_its_address():
    authority = HttpAuthority("https://town:secret@tsa.example.lg.jp:8443/rfc3161?key=secret")
    assert authority.name == "https://tsa.example.lg.jp:8443/rfc3161"
    assert json.dumps(authority.name)


def _until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
