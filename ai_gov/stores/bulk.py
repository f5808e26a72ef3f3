"""大量の読み取り: millions of rows as the driver gives them, a few thousand at a time, in bounded memory.

A row object of SQLAlchemy costs more than everything that verification does with a row.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

Rows = list[tuple[Any, ...]]


class Utf8(GenericFunction[bytes]):
    """A text as the bytes it is stored in: what is hashed, without making a string of it, and whatever they are."""

    type = sa.LargeBinary()
    inherit_cache = True


@compiles(Utf8)
def _utf8(element: Any, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"convert_to({text}, 'UTF8')" if compiler.dialect.name == "postgresql" else f"CAST({text} AS BLOB)"


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
