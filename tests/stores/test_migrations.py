from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ai_gov.stores import migrations
from ai_gov.stores.searchtables import FTS, GIN, metadata


def known(name, kind, _parents):
    """What SQLAlchemy can't say: FTS5's own tables, and the GIN index that takes its place on PostgreSQL."""
    return not (kind == "table" and name.startswith(FTS)) and name != GIN


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(sqlite):
    with sqlite.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": known}), metadata) == []


def test_head_names_the_newest_version():
    script = ScriptDirectory("ai_gov/stores/migrations")
    assert script.get_current_head() == migrations.HEAD
    assert {revision.revision for revision in script.walk_revisions()} == migrations.KNOWN
