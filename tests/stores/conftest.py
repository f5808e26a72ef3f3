import pytest

from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.postgres import PostgresStore, open_postgres
from ai_gov.stores.sqlite import SqliteStore, open_store
from tests.postgres import database_of
from tests.stores import evidence
from tests.stores.places import Place


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


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory):
    data = tmp_path_factory.mktemp("evidence") / "data"
    evidence.make_sqlite(data)
    return data


@pytest.fixture(scope="session")
def postgres_original(postgres, postgres_template, tmp_path_factory):
    data = tmp_path_factory.mktemp("evidence") / "data"
    url = postgres.fresh(postgres_template)
    evidence.make_postgres(url, data)
    return url, data


@pytest.fixture
def copied_url(postgres, postgres_original):
    """The URL of a copy of the original's database."""
    url = postgres.fresh(database_of(postgres_original[0]))
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def log(request, data):
    """The log of ``evidence`` in a database of either kind."""
    if request.param == "sqlite":
        evidence.copy(request.getfixturevalue("sqlite_original"), data)
        where = data / "ai-gov.db"
    else:
        evidence.copy(request.getfixturevalue("postgres_original")[1], data)
        where = request.getfixturevalue("copied_url")
    made = evidence.open_evidence(request.param, data, where)
    yield made
    made.database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, data):
    """Where a store of either kind keeps its log, still empty."""
    return Place(data, "" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
