"""台帳と研修: applications for uses of AI, and attempts at the quiz."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has applied and nobody has taken the quiz yet."""
    op.create_table(
        "use_applications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_use_applications"),
    )
    op.create_index("ix_use_applications_organisation_state", "use_applications", ["organisation", "state"])
    op.create_index("ix_use_applications_organisation_person", "use_applications", ["organisation", "person"])
    _unique("uq_use_applications_in_force", "use_applications", ["organisation", "use"], "state = 'approved'")
    op.create_table(
        "training_attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.Column("until", sa.Text()),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_training_attempts"),
    )
    op.create_index("ix_training_attempts_organisation_person", "training_attempts", ["organisation", "person"])
    op.create_index("ix_training_attempts_organisation_until", "training_attempts", ["organisation", "until"])
    _unique("uq_training_attempts_open", "training_attempts", ["organisation", "person"], "state = 'open'")


def _unique(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)
