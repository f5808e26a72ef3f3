"""大量の読み取り: millions of rows as the driver gives them, a few thousand at a time, in bounded memory.

A row object of SQLAlchemy costs more than everything that verification does with a row.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import sqlalchemy as sa

Rows = list[tuple[Any, ...]]


def fetch(connection: sa.Connection, query: sa.Select[Any], size: int) -> Generator[Rows, None, None]:
    """The rows of a query, plain tuples, ``size`` at a time. SQLite's booleans come as 0 and 1."""
    text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    driver: Any = connection.connection.driver_connection
    postgres = connection.dialect.name == "postgresql"
    cursor = driver.cursor("ai_gov_bulk", binary=True) if postgres else driver.cursor()
    try:
        cursor.execute(text)
        while rows := cursor.fetchmany(size):
            yield rows
    finally:
        cursor.close()
