import re

from hypothesis import given
from hypothesis import strategies as st

from ai_gov.people.keys import key_digest, key_matches, new_key, parse_key

SERVER = b"s" * 32


def test_keys_have_their_form_and_never_repeat():
    keys = [new_key() for _ in range(200)]
    assert len({key.id for key in keys}) == len({key.text for key in keys}) == 200
    assert all(re.fullmatch(r"aigov_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}", key.text) for key in keys)


def test_a_key_matches_its_own_digest_under_its_own_server_only():
    key, other = new_key(), new_key()
    digest = key_digest(key, SERVER)
    assert len(digest) == 32
    assert key_matches(key, SERVER, digest)
    assert not key_matches(other, SERVER, digest)
    assert not key_matches(key, b"t" * 32, digest)
    assert not key_matches(key, SERVER, None)
    assert not key_matches(key, SERVER, b"")


def test_the_key_is_in_no_repr():
    key = new_key()
    assert key.text not in repr(key)


@given(st.text(max_size=80))
def test_no_text_breaks_the_parser(text):
    parsed = parse_key(text)
    assert parsed is None or parsed.text == text
