import pytest

from tests.stores.conformance import StoreConformance


class TestPostgresStore(StoreConformance):
    @pytest.fixture
    def store(self, pg):
        return pg
