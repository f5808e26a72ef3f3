"""Nothing that must not be kept is in the bytes of any file: database, write-ahead log, checkpoints, keys."""

import traceback

import pytest

from ai_gov.errors import StoreFailed
from ai_gov.stores.sqlite import open_store
from tests.stores.steps import decided, outcome

SECRET = "書かれてはならない文"


def found(data, value):
    forms = [value.encode(), value.encode("utf-16-le"), ascii(value)[1:-1].encode()]
    return [path.name for path in data.rglob("*") if path.is_file() for form in forms if form in path.read_bytes()]


async def test_what_was_not_given_to_the_log_is_in_no_file(sqlite, data):
    canary = "金糸雀 鳴子"
    step = decided("x1", sent="〔氏名1〕さんへの通知文", tokens=["tok"])
    receipt = await sqlite.record(step, sent_sha256=canary.encode())
    await sqlite.record(outcome(step))
    sqlite.sequence_now()
    assert receipt.sent_sha256
    assert found(data, canary) == []
    assert found(data, "〔氏名1〕さんへの通知文")  # the search itself works


async def test_a_step_that_failed_leaves_nothing_behind(sqlite, data):
    await sqlite.record(decided("x1"))
    with pytest.raises(StoreFailed) as caught:
        await sqlite.record(decided("x1", sent=SECRET))
    assert SECRET not in chain(caught.value)
    assert found(data, SECRET) == []


async def test_deleted_text_is_overwritten(sqlite, data):
    await sqlite.record(decided("x1", sent="消される文"))
    sqlite.close()
    assert found(data, "消される文")
    again = open_store(data)
    with again.database.write() as connection:
        connection.exec_driver_sql("UPDATE entries SET text = NULL, salt = NULL, deleted = 1 WHERE exchange = 'x1'")
    again.close()
    assert found(data, "消される文") == []


async def test_faults_of_the_database_name_no_parameter(sqlite):
    with sqlite.database.write() as connection:
        connection.exec_driver_sql("CREATE TRIGGER t BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(StoreFailed) as caught:
        await sqlite.record(decided("x1", sent=SECRET))
    assert SECRET not in chain(caught.value)


def chain(error):
    """What a traceback would show of an error and of all that caused it."""
    return "".join(traceback.format_exception(error)) + repr(error)
