import pytest

from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.sqlite import SqliteStore, open_store


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def opened():
    """Opens stores that are closed when the test ends."""
    stores: list[SqliteStore] = []

    def open_(data, **options):
        if options:
            store = SqliteStore(data / "ai-gov.db", keys=KeyFolder(data / "keys"), **options)
        else:
            store = open_store(data)
        stores.append(store)
        return store

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def sqlite(opened, data):
    return opened(data)
