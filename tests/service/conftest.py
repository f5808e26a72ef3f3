from collections.abc import Iterator

import pytest

from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.memory import MemoryStore
from ai_gov.stores.sqlite import SqliteStore
from tests.service import reviewing
from tests.service.world import Store


@pytest.fixture
def sqlite(tmp_path) -> Iterator[SqliteStore]:
    """A database of its own that gives up soon."""
    store = SqliteStore(tmp_path / "ai-gov.db", keys=KeyFolder(tmp_path / "keys"), busy_s=0.2, deadline_s=1.5)
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each of the stores in turn."""
    return MemoryStore() if request.param == "memory" else request.getfixturevalue("sqlite")


@pytest.fixture(params=[False, True], ids=["whole", "stream"])
def stream(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def clock() -> reviewing.Clock:
    """A clock that a test sets on."""
    return reviewing.Clock()


@pytest.fixture
def town(sqlite: SqliteStore) -> SqliteStore:
    """A database with the people of ``reviewing``."""
    reviewing.settle(sqlite)
    return sqlite
