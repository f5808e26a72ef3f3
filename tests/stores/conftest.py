import pytest

from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.postgres import PostgresStore, open_postgres
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


@pytest.fixture
def opened_postgres(postgres_url):
    """Opens stores on the one database of this test, that are closed when it ends."""
    stores: list[PostgresStore] = []

    def open_(data, **options):
        store = open_postgres(postgres_url, data, **options)
        stores.append(store)
        return store

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def pg(opened_postgres, data):
    return opened_postgres(data)


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request):
    """Opens stores on one database of either kind: ``opener(data)``."""
    return request.getfixturevalue("opened" if request.param == "sqlite" else "opened_postgres")


@pytest.fixture
def store(opener, data):
    """A store of either kind."""
    return opener(data)
