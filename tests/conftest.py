"""What the whole suite shares."""

import pytest

from tests import skips
from tests.postgres import PostgresServer


def pytest_configure(config):
    """A plugin sees every test, the doctests of ai_gov/ too; a conftest only those of its own folder."""
    config.pluginmanager.register(skips)


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL, started at the first test that asks for it."""
    server = PostgresServer(wal_recycle="off")
    server.sql("CREATE ROLE gov LOGIN")
    yield server
    server.remove()


@pytest.fixture(scope="session")
def postgres_template(postgres):
    """A database of a user who is no superuser, with the tables in it, to be copied for each test."""
    from ai_gov.stores.migrations import migrate
    from ai_gov.stores.postgresdb import PostgresDatabase

    postgres.sql("CREATE DATABASE template_gov OWNER gov")
    database = PostgresDatabase(postgres.url("template_gov", user="gov"))
    migrate(database)
    database.close()
    return "template_gov"


@pytest.fixture
def postgres_url(postgres, postgres_template):
    """The URL of a fresh database with the tables of this version."""
    url = postgres.fresh(postgres_template)
    yield url
    postgres.drop(url)
