import datetime as dt
import shutil
import stat

import pytest
import sqlalchemy as sa

from ai_gov.errors import StoreFailed
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.postgres import open_postgres
from ai_gov.stores.postgresdb import PostgresDatabase
from ai_gov.stores.tables import WAITING
from tests.stores.conformance import StoreConformance
from tests.stores.steps import decided


class TestPostgresStore(StoreConformance):
    @pytest.fixture
    def store(self, pg):
        return pg


def machine(data, number):
    """The data folder of another machine that was given the keys of the first."""
    other = data.with_name(f"machine{number}")
    other.mkdir()
    shutil.copytree(data / "keys", other / "keys")
    return other


async def test_every_machine_has_copies_of_the_checkpoints_from_its_first_day_on(opened_postgres, data):
    first = opened_postgres(data)
    await first.record(decided())
    first.sequence_now()
    await first.record(decided())
    first.sequence_now()
    second = opened_postgres(machine(data, 2))
    assert second.audit.outside.notes() == []
    await second.record(decided())
    second.sequence_now()
    first.sequence_now()
    notes = first.audit.checkpoints()
    assert first.audit.outside.notes() == notes
    assert second.audit.outside.notes() == notes[1:]
    assert first.audit.verify().ok
    assert second.audit.verify().ok


async def test_a_copy_outside_that_was_lost_is_found_on_every_later_start(opened_postgres, data):
    first = opened_postgres(data)
    await first.record(decided())
    first.close()
    (data / "checkpoints.txt").unlink()
    assert any("控え" in problem for problem in opened_postgres(data).audit.verify().problems)


def test_a_machine_without_the_keys_of_the_log_is_refused(pg, postgres_url, tmp_path):
    other = tmp_path / "other"
    with pytest.raises(StoreFailed, match="鍵フォルダがありません"):
        open_postgres(postgres_url, other)
    assert not (other / "keys").exists()
    KeyFolder(other / "keys")
    with pytest.raises(StoreFailed, match="このデータベースの鍵ではありません"):
        open_postgres(postgres_url, other)


def test_what_stays_on_the_machine_is_its_owners_alone(pg, data):
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"home", "master", "signing", "verifiers"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


async def test_readers_cannot_write(pg):
    with pytest.raises(StoreFailed, match="権限"), pg.database.read() as connection:
        connection.execute(sa.text("DELETE FROM entries"))


async def test_a_commit_is_durable_whatever_the_servers_default_is(pg, postgres, postgres_url):
    name = pg.database.url.database
    postgres.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    again = PostgresDatabase(postgres_url)
    with again.write() as connection:
        assert connection.execute(sa.text("SHOW synchronous_commit")).scalar() == "on"
    again.close()


def test_no_superuser_and_no_extension_is_needed(pg):
    with pg.database.read() as connection:
        assert (
            connection.execute(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar() is False
        )
        assert connection.execute(sa.text("SELECT extname FROM pg_extension")).scalars().all() == ["plpgsql"]


def test_a_server_that_is_not_there_is_said_so(tmp_path):
    began = dt.datetime.now(dt.UTC)
    with pytest.raises(StoreFailed, match="接続できません"):
        open_postgres("postgresql+psycopg://gov@127.0.0.1:1/gov", tmp_path)
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=5)


async def test_what_waits_for_its_place_is_found_by_an_index_of_its_own(pg):
    for number in range(30):
        await pg.record(decided(f"x{number}"))
    pg.sequence_now()
    await pg.record(decided("waits"))
    with pg.database.read() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        query = "EXPLAIN SELECT position, leaf FROM entries WHERE seq IS NULL ORDER BY position LIMIT 1000"
        plan = "\n".join(connection.exec_driver_sql(query).scalars())
    assert WAITING in plan
    assert "Sort" not in plan
