import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from ai_gov.errors import StoreFailed
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.sqlite import open_store


def test_keys_are_made_once_for_their_owner_alone_and_stay(tmp_path):
    first, second = KeyFolder(tmp_path / "keys"), KeyFolder(tmp_path / "keys")
    assert first.hmac_key("search", "town") == second.hmac_key("search", "town")
    assert first.signing_key.verifier == second.signing_key.verifier == second.verifiers[-1]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_every_purpose_and_organisation_has_its_own_key(tmp_path):
    keys = KeyFolder(tmp_path)
    pairs = [("search", "town"), ("search", "village"), ("searchtown", ""), ("", "searchtown"), ("search", "")]
    derived = {keys.hmac_key(*pair) for pair in pairs}
    assert len(derived) == len(pairs)
    assert {len(key) for key in derived} == {32}
    assert KeyFolder(tmp_path / "other").hmac_key("search", "town") not in derived


@pytest.mark.parametrize("name", ["master", "signing"])
def test_a_key_that_others_may_read_is_refused(tmp_path, name):
    KeyFolder(tmp_path)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(StoreFailed, match=r"ほかの人が読めます.*chmod 600"):
        KeyFolder(tmp_path)


@pytest.mark.parametrize("name", ["master", "signing", "verifiers"])
def test_a_broken_key_is_refused_and_not_replaced(tmp_path, name):
    KeyFolder(tmp_path)
    (tmp_path / name).write_text("broken")
    with pytest.raises(StoreFailed, match="内容が正しくありません"):
        KeyFolder(tmp_path)
    assert (tmp_path / name).read_text() == "broken"


def test_starting_at_once_makes_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: KeyFolder(tmp_path), range(8)))
    assert len({keys.hmac_key("a", "b") for keys in made}) == 1
    assert len({str(keys.signing_key.verifier) for keys in made}) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"master", "signing", "verifiers"}


def test_a_database_without_its_keys_is_not_opened_with_new_ones(tmp_path):
    open_store(tmp_path).close()
    keys = tmp_path / "keys"
    keys.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreFailed, match="鍵フォルダがありません"):
        open_store(tmp_path)
    assert not keys.exists()


def test_a_key_stays_out_of_every_repr(tmp_path):
    keys = KeyFolder(tmp_path)
    secret = (tmp_path / "master").read_text().strip()
    assert secret not in repr(keys) + repr(vars(keys)["signing_key"])
