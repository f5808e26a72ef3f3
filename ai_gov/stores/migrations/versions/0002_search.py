"""検索の索引と集計: made from the entries that are there when the index first runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TERMS = sa.Text().with_variant(postgresql.ARRAY(sa.Text()), "postgresql")


def upgrade() -> None:
    """Create them, empty."""
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_state"),
    )
    op.create_table(
        "search_docs",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("terms", TERMS, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_search_docs"),
    )
    op.create_table(
        "usage_counts",
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "organisation", "department", "dimension", "value", name="pk_usage_counts"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO search_state (id, size) VALUES (1, 0)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_terms USING fts5"
            "(terms, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
    else:
        op.create_index("ix_search_docs_terms", "search_docs", ["terms"], postgresql_using="gin")
