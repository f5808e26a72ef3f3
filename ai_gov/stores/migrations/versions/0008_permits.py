"""許可: permits for held requests."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has asked yet."""
    op.create_table(
        "permits",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("decided_organisation", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.Text()),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_permits"),
    )
    op.create_index("ix_permits_organisation_state", "permits", ["organisation", "state"])
    op.create_index("ix_permits_organisation_person", "permits", ["organisation", "person"])
