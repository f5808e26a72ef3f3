"""時刻印と、順序を待つ記録の索引: time stamps of checkpoints; on PostgreSQL an index of what waits for its place."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """No checkpoint has a stamp yet."""
    op.create_table(
        "timestamps",
        sa.Column("checkpoint", POSITION, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint"], ["checkpoints.number"], name="fk_timestamps_checkpoint"),
        sa.PrimaryKeyConstraint("checkpoint", name="pk_timestamps"),
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps those without a number together in ix_entries_seq
        op.create_index("ix_entries_waiting", "entries", ["position"], postgresql_where=sa.text("seq IS NULL"))
