"""組織のアカウントと、確認の知らせ: ways back that were used, accounts by person, and what was mailed to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has signed in at a provider yet, and nothing was mailed."""
    op.add_column("sessions", sa.Column("provider", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "oidc_states",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_oidc_states"),
    )
    op.create_table(
        "oidc_subjects",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["persons.organisation", "persons.id"],
            name="fk_oidc_subjects_organisation_person",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_oidc_subjects"),
        sa.UniqueConstraint("issuer", "organisation", "person", name="uq_oidc_subjects_issuer_organisation_person"),
    )
    op.create_table(
        "reminder_mails",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "person", name="pk_reminder_mails"),
    )
