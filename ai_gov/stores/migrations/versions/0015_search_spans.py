"""期間の索引: between which positions the entries of a day and of a month lie, so that an old day is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SPANS = """
INSERT INTO search_spans (term, first, last)
SELECT '§t' || term, min(position), max(position) FROM (
  SELECT position, {day} AS term FROM entries WHERE at <> ''
  UNION ALL SELECT position, {month} AS term FROM entries WHERE at <> ''
) AS times GROUP BY term
"""
POSTGRES = "to_char(CAST(at AS timestamptz) AT TIME ZONE 'Asia/Tokyo', '{0}')"


def upgrade() -> None:
    """Those of the entries that are there, in Japan's time; a span that is too wide does no harm."""
    op.create_table(
        "search_spans",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_search_spans"),
    )
    op.get_bind().exec_driver_sql(statement(op.get_bind().dialect.name))


def statement(dialect: str) -> str:
    """What fills the table, in the words of a database."""
    if dialect == "sqlite":
        day, month = "strftime('%Y%m%d', at, '+9 hours')", "strftime('%Y%m', at, '+9 hours')"
    else:
        day, month = POSTGRES.format("YYYYMMDD"), POSTGRES.format("YYYYMM")
    return SPANS.format(day=day, month=month)
