"""Sign-in: guessing is slow and counted, sessions end, and every step has its entry."""

import concurrent.futures
import datetime as dt

import pytest

from ai_gov.errors import BadRequest, Forbidden, Unauthenticated
from ai_gov.people.model import Department, Organisation, Person
from ai_gov.people.passwords import REST, TRIES
from ai_gov.people.plan import Change
from ai_gov.people.sessions import IDLE, LONGEST
from ai_gov.service.accounts import Accounts
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.sqlite import SqliteStore

WORD = "みどりの窓辺に置いた三つの湯のみ"
BROWSER = "Browser/1"


class Clock:
    def __init__(self):
        self.time = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)

    def now(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    opened = SqliteStore(tmp_path / "x.db", keys=KeyFolder(tmp_path / "keys"), clock=clock)
    opened.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    opened.register.set_department(Department("132012", "110", "総務課"), actor="cli")
    opened.register.change(Change("added", None, Person("132012", "1001", "110", "見本一郎")), actor="cli")
    yield opened
    opened.close()


@pytest.fixture
def person(store):
    return store.people.member("132012", "1001").person


@pytest.fixture
def accounts(store, clock, person):
    made = Accounts(store.accounts, clock)
    made.set_first(person, WORD)
    return made


def kinds(store):
    return [entry.event.kind for entry in store.audit.entries()]


def enter(accounts, word=WORD, who="1001"):
    return accounts.sign_in("132012", who, word, user_agent=BROWSER)


def test_the_right_password_opens_a_session_that_only_its_browser_can_use(accounts, store):
    token = enter(accounts).token
    assert accounts.visitor(token, user_agent=BROWSER).member.person.id == "1001"
    assert accounts.visitor(token + "x", user_agent=BROWSER) is None
    assert accounts.visitor(token, user_agent="Other/1") is None
    assert accounts.visitor(token, user_agent=BROWSER) is None  # a token that turned up elsewhere is no token any more


@pytest.mark.parametrize(("who", "word"), [("1001", "x" * 20), ("9999", WORD), ("1001", "")])
def test_anything_wrong_is_told_in_the_same_words(accounts, who, word):
    with pytest.raises(Unauthenticated) as caught:
        enter(accounts, word, who)
    assert "いずれかが違います" in caught.value.message


def test_guessing_makes_the_account_rest_even_for_the_right_password(accounts, clock):
    for _ in range(TRIES):
        with pytest.raises(Unauthenticated):
            enter(accounts, "wrong password here")
    with pytest.raises(Forbidden):
        enter(accounts)
    clock.time += REST
    assert enter(accounts).token


def test_guesses_at_the_same_time_are_counted_too(accounts):
    def guess(_):
        try:
            enter(accounts, "wrong password here")
        except (Unauthenticated, Forbidden) as error:
            return type(error)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(guess, range(16)))
    assert seen.count(Unauthenticated) == TRIES
    assert seen.count(Forbidden) == 16 - TRIES


def test_the_right_password_takes_the_wrong_ones_back(accounts):
    for _ in range(3):
        for _ in range(TRIES - 1):
            with pytest.raises(Unauthenticated):
                enter(accounts, "wrong password here")
        enter(accounts)


def test_a_session_ends_idle_and_in_any_case(accounts, clock):
    token = enter(accounts).token
    clock.time += IDLE
    assert accounts.visitor(token, user_agent=BROWSER) is None
    token = enter(accounts).token
    opened = clock.time
    while clock.time < opened + LONGEST - IDLE / 2:
        clock.time += IDLE / 2
        assert accounts.visitor(token, user_agent=BROWSER)
    clock.time += IDLE / 2
    assert accounts.visitor(token, user_agent=BROWSER) is None


def test_signing_out_and_leaving_end_it(accounts, store):
    token = enter(accounts).token
    accounts.sign_out(accounts.visitor(token, user_agent=BROWSER))
    assert accounts.visitor(token, user_agent=BROWSER) is None
    token = enter(accounts).token
    store.register.leave(store.people.member("132012", "1001"), actor="cli")
    assert accounts.visitor(token, user_agent=BROWSER) is None
    with pytest.raises(Unauthenticated):
        enter(accounts)


def test_a_reset_word_must_be_changed_and_ends_what_was_open(accounts, person):
    old = enter(accounts).token
    word = accounts.reset(person, actor="1002")
    assert accounts.visitor(old, user_agent=BROWSER) is None
    with pytest.raises(Unauthenticated):
        enter(accounts)
    signed = enter(accounts, word)
    assert signed.visitor.must_change
    other = enter(accounts, word).token
    with pytest.raises(BadRequest):
        accounts.change(signed.visitor, word, "short")
    with pytest.raises(BadRequest):
        accounts.change(signed.visitor, word, word)
    with pytest.raises(Unauthenticated):
        accounts.change(signed.visitor, "no", WORD)
    accounts.change(signed.visitor, word, WORD)
    assert not accounts.visitor(signed.token, user_agent=BROWSER).must_change
    assert accounts.visitor(other, user_agent=BROWSER) is None


def test_each_step_is_an_entry_without_password_token_or_name(accounts, store, tmp_path):
    token = enter(accounts).token
    with pytest.raises(Unauthenticated):
        enter(accounts, "wrong password here")
    accounts.sign_out(accounts.visitor(token, user_agent=BROWSER))
    assert kinds(store)[:4][::-1] == ["password_changed", "signed_in", "sign_in_failed", "signed_out"]
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for word in (token, WORD, "wrong password here"):
        assert word.encode() not in held
