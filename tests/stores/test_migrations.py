import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ai_gov.audit.checkpoint import Checkpoint, sign
from ai_gov.audit.merkle import Frontier
from ai_gov.stores import migrations
from ai_gov.stores.append import draft
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.postgres import open_postgres
from ai_gov.stores.postgresdb import PostgresDatabase
from ai_gov.stores.searchtables import FTS, GIN, metadata
from ai_gov.stores.sqlite import open_store
from ai_gov.stores.sqlitedb import SqliteDatabase
from ai_gov.stores.tables import WAITING
from tests.stores.steps import decided


def known(name, kind, _parents):
    """What SQLAlchemy can't say: FTS5's own tables, and indexes that only PostgreSQL has."""
    return not (kind == "table" and name.startswith(FTS)) and name not in (GIN, WAITING)


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(store):
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": known}), metadata) == []


def test_head_names_the_newest_version():
    script = ScriptDirectory("ai_gov/stores/migrations")
    assert script.get_current_head() == migrations.HEAD
    assert {revision.revision for revision in script.walk_revisions()} == migrations.KNOWN


EARLIER = sorted(migrations.KNOWN)[:-1]


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, data):
    """A database without tables, and how it is opened as a store."""
    if request.param == "sqlite":
        database = SqliteDatabase(data / "ai-gov.db")
        yield database, lambda: open_store(data)
    else:
        server = request.getfixturevalue("postgres")
        url = server.fresh()
        database = PostgresDatabase(url)
        yield database, lambda: open_postgres(url, data)
    database.close()


def fill(connection, key):
    """Rows as a store of that version left them: a tree of three entries, two that wait, a checkpoint, a key's owner."""
    tables = sa.MetaData()
    tables.reflect(connection)
    steps = [decided("x0", tokens=["t"]), decided("x1"), decided("x2"), decided("x3"), decided("x4")]
    drafts = [draft(step) for step in steps]
    tree = Frontier()
    for seq, new in enumerate(drafts):
        made = tree.append(new.leaf)[1:] if seq < 3 else []
        connection.execute(sa.insert(tables.tables["entries"]), {**new.row, "seq": seq if seq < 3 else None})
        for level, number, value in made:
            connection.execute(sa.insert(tables.tables["nodes"]), {"level": level, "number": number, "hash": value})
        exchange = {"id": new.step.exchange.id, "state": "decided", "instance": "gone", "updated": ""}
        connection.execute(sa.insert(tables.tables["exchanges"]), exchange)
    position = connection.execute(sa.text("SELECT min(position) FROM entries")).scalar()
    connection.execute(sa.insert(tables.tables["tokens"]), {"token": "t", "entry": position})
    state = {"id": 1, "size": tree.size, "frontier": b"".join(tree.hashes)}
    connection.execute(sa.insert(tables.tables["tree"]), state)
    note = sign(Checkpoint(key.name, tree.size, tree.root()), key)
    row = {"size": tree.size, "note": note, "at": "", "published": True}
    checkpoints = tables.tables["checkpoints"]
    connection.execute(sa.insert(checkpoints), {name: row[name] for name in row if name in checkpoints.c})
    connection.execute(sa.insert(tables.tables["organisations"]), {"id": "town", "name": "見本町"})
    return note, [new.id for new in drafts]


@pytest.mark.parametrize("revision", EARLIER)
def test_a_database_of_every_earlier_version_is_brought_up_with_its_rows(empty, data, revision):
    database, open_ = empty
    keys = KeyFolder(data / "keys")
    with database.write() as connection:
        migrations.upgrade(connection, revision)
    with database.write() as connection:
        note, written = fill(connection, keys.signing_key)
    (data / "checkpoints.txt").write_text(note + "\n")
    store = open_()
    try:
        assert store.interrupted == 5
        store.sequence_now()
        report = store.audit.verify()
        assert (report.problems, report.entries) == ((), 10)
        assert {entry.id for entry in store.audit.entries()} >= set(written)
        assert [organisation.name for organisation in store.people.organisations()] == ["見本町"]
    finally:
        store.close()
