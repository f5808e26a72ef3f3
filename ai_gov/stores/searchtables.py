"""検索の表: the index that the log is searched by, and the figures that reports are made of.

All of it is derived from the entries and can be made anew from them. On SQLite the terms lie in ``search_terms``, an
FTS5 table without content, which SQLAlchemy doesn't know; ``search_docs`` then keeps only the facets of each entry,
because FTS5 must be told every term of a row that it shall forget. On PostgreSQL all terms stand in ``search_docs``.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ai_gov.stores.tables import Position, metadata

FTS = "search_terms"
GIN = "ix_search_docs_terms"

Terms = sa.Text().with_variant(postgresql.ARRAY(sa.Text), "postgresql")
"""Terms with blanks between them, or an array of them."""

search_state = sa.Table(
    "search_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", sa.BigInteger, nullable=False),
)
"""One row: how many entries of the tree, from the first, are in the index."""

search_docs = sa.Table(
    "search_docs",
    metadata,
    sa.Column("position", Position, primary_key=True, autoincrement=False),
    sa.Column("terms", Terms, nullable=False),
)
"""What each entry can be found by."""

search_spans = sa.Table(
    "search_spans",
    metadata,
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
)
"""Between which positions the entries of a day and of a month (terms of the index) lie, or a little more."""

usage_counts = sa.Table(
    "usage_counts",
    metadata,
    sa.Column("hour", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("department", sa.Text, primary_key=True),
    sa.Column("dimension", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Figures by hour (see ``audit.usage``)."""

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Index("ix_alerts_at", "at"),
)
"""Alerts that were raised, by what makes two of them the same; ``entry`` is the id of the record of it."""
