"""An event is written in one form only, and read back as it was."""

import datetime as dt
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.audit import event as ev
from ai_gov.model import Event

AT = dt.datetime(2026, 4, 1, 0, 0, 0, 123456, tzinfo=dt.UTC)
ID = "019d465e-0800-7000-8000-000000000001"

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
times = st.builds(
    lambda us, zone: dt.datetime(1970, 1, 3, tzinfo=zone) + dt.timedelta(microseconds=us),
    st.integers(0, 8000 * 365 * 86_400 * 10**6),
    zones,
)
events = st.builds(Event, words, times, words, words, words, words, st.dictionaries(words, values, max_size=4))
ids = st.builds(
    lambda a, b, c, d, e: f"{a:08x}-{b:04x}-7{c:03x}-{d:04x}-{e:012x}",
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**12 - 1),
    st.integers(0x8000, 0xBFFF),
    st.integers(0, 2**48 - 1),
)


@given(ids, events)
def test_what_was_written_is_read_back_as_it_was(entry_id, event):
    text = ev.canonical(entry_id, event)
    assert ev.parse(text) == (entry_id, event)
    assert ev.canonical(*ev.parse(text)) == text
    assert "\n" not in text


@given(events)
def test_the_columns_of_an_event_are_those_of_its_text(event):
    _, again = ev.parse(ev.canonical(ID, event))
    assert ev.columns(again) == ev.columns(event)
    assert tuple(ev.columns(event)) == ev.COLUMNS
    assert ev.tokens(again) == ev.tokens(event)


def test_the_same_event_has_the_same_text_in_whatever_order_and_zone_it_is_given():
    tokyo = AT.astimezone(dt.timezone(dt.timedelta(hours=9)))
    one = Event("k", AT, data={"b": 1, "a": {"d": 1, "c": 2}})
    other = Event("k", tokyo, data={"a": {"c": 2, "d": 1}, "b": 1})
    assert ev.canonical(ID, one) == ev.canonical(ID, other)


@given(st.text(st.characters(min_codepoint=0xD700, max_codepoint=0xE001), min_size=1, max_size=6))
def test_lone_surrogates_are_replaced_one_for_one_and_the_text_is_still_canonical(word):
    event = Event("k", AT, data={word: word, "use": word})
    text = ev.canonical(ID, event)
    text.encode()
    _, again = ev.parse(text)
    assert len(again.data["use"]) == len(word)
    assert ev.columns(again) == ev.columns(event)


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: t + " ",
        lambda t: t.replace(":", ": ", 1),
        lambda t: t.replace('"v":1', '"v":2'),
        lambda t: t.replace('"v":1', '"v":true'),
        lambda t: t.replace('"v":1', '"v":1,"v":1'),
        lambda t: t.replace('"v":1', '"v":1,"w":1'),
        lambda t: t.replace('"actor":""', '"actor":null'),
        lambda t: t.replace('"data":{"n":1}', '"data":[]'),
        lambda t: t.replace('"n":1', '"n":NaN'),
        lambda t: t.replace('"n":1', '"n":1e999'),
        lambda t: t.replace("123456Z", "123456+00:00"),
        lambda t: t.replace("123456Z", "123456"),
        lambda t: t.replace("-7000-", "-4000-"),
        lambda t: t.replace('"n"', '"\ud800"'),
        lambda t: t.replace('"n"', '"\\ud800"'),
        lambda t: t.replace('"n"', '"\\u006e"'),
        lambda t: t.replace('"n":1', '"n":1,"m":1'),
        lambda t: t.replace('"n":1', '"n":1.00'),
        lambda t: t.replace('"v":1', '"v":1.0'),
        lambda t: t[:-1],
        lambda t: "[" * 100_000,
        lambda t: "[]",
        lambda t: "",
    ],
)
def test_a_text_that_was_not_written_here_is_refused_without_being_shown(damage):
    text = damage(ev.canonical(ID, Event("k", AT, data={"n": 1})))
    with pytest.raises(ev.MalformedEntryError) as caught:
        ev.parse(text)
    assert "123456" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_id_that_is_no_uuid7_or_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="UUIDv7"):
        ev.canonical(ID.upper(), Event("k", AT))
    with pytest.raises(ValueError, match="タイムゾーン"):
        ev.canonical(ID, Event("k", AT.replace(tzinfo=None)))
    with pytest.raises(ValueError):
        ev.canonical(ID, Event("k", AT, data={"x": float("nan")}))


def test_the_leaf_is_the_rfc_9162_hash_of_the_salted_text():
    salt, text = bytes(range(32)), "記録"
    inner = hashlib.sha256(salt + text.encode()).digest()
    assert ev.leaf_hash(salt, text) == hashlib.sha256(b"\x00" + inner).digest()
    with pytest.raises(ValueError, match="ソルト"):
        ev.leaf_hash(b"short", text)


def test_a_column_holds_nothing_a_database_refuses_and_no_more_than_its_size():
    event = Event("k", AT, data={"destination": "a\x00b" + "x" * 5000, "level": 3, "use": None})
    found = ev.columns(event)
    assert found["destination"].startswith("a\ufffdb")
    assert len(found["destination"]) == ev.COLUMN_SIZE
    assert found["level"] == found["use"] == ""


def test_a_deletion_names_each_entry_with_its_leaf_and_the_columns_that_stay():
    event = ev.deletion([(ID, bytes(32), {"kind": "decided"})], at=AT, reason="保存期間の満了", organisation="town")
    assert event.kind == ev.DELETED
    assert json.loads(ev.canonical(ID, event))["data"]["entries"] == [
        {"id": ID, "kept": {"kind": "decided"}, "leaf": "00" * 32}
    ]
