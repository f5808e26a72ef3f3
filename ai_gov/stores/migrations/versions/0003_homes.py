"""控えの置き場所と鍵の照合: how far each data folder has copies of the checkpoints, and which keys are the log's."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now there was one data folder, that of the database."""
    op.create_table(
        "copies",
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("home", name="pk_copies"),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_check", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.execute("INSERT INTO copies (home, number) SELECT '', coalesce(max(number), 0) FROM checkpoints WHERE published")
    op.drop_index("ix_checkpoints_published", table_name="checkpoints")
    op.drop_column("checkpoints", "published")
