from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ai_gov.stores import migrations
from ai_gov.stores.tables import metadata


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(sqlite):
    with sqlite.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_names_the_newest_version():
    script = ScriptDirectory("ai_gov/stores/migrations")
    assert script.get_current_head() == migrations.HEAD
    assert {revision.revision for revision in script.walk_revisions()} == migrations.KNOWN
