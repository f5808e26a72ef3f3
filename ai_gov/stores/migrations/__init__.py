"""移行: brings a database to the tables of this version when it is opened; no command is needed."""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.errors import StoreFailed
from ai_gov.stores.engine import Database

HEAD = "0015"
"""The newest file in ``versions/``."""

KNOWN = frozenset(
    {"0001", "0002", "0003", "0004", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013", "0014", "0015"}
)


def migrate(database: Database) -> None:
    """Create the tables or bring them up to date. A database of a newer version is refused, never touched.

    Several processes may open a new database at once: the lock lets one of them do the work.
    """
    with database.read() as connection:
        revision = _revision(connection)
    if revision == HEAD:
        return
    with database.write() as connection:
        database.lock(connection, "migration")
        revision = _revision(connection)
        if revision == HEAD:
            return
        if revision is not None and revision not in KNOWN:
            raise StoreFailed(
                f"データベースは新しい版の ai-gov で作られています（{revision}）。"
                "この版では開けません。ai-gov を新しい版に更新してください。"
            )
        upgrade(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Run the versions up to one of them, in the transaction of the connection."""
    from alembic import command  # noqa: PLC0415 - a tenth of a second that a database of this version never needs
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    config = Config()
    config.set_main_option("script_location", "ai_gov.stores:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
