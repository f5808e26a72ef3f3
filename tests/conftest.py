"""What the whole suite shares: in CI a skipped test is a failure, unless it is named here with its reason."""

import os

import pytest

from tests.postgres import PostgresServer

SKIPS: dict[str, str] = {}
"""Node id → why it may be skipped."""

_skipped = []


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL, started at the first test that asks for it."""
    server = PostgresServer()
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
    return postgres.fresh(postgres_template)


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail") and report.nodeid not in SKIPS:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session):
    if os.environ.get("CI") and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for nodeid in _skipped:
        terminalreporter.write_line(f"skipped without a reason in tests/conftest.py: {nodeid}", red=True)
