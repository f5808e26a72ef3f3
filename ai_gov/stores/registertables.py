"""台帳と研修の表: applications for uses of AI, and attempts at the quiz.

Free text of an application is inspected before it is kept; of an attempt no answer is kept.
"""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.stores.tables import metadata

_IN_FORCE = sa.text("state = 'approved'")
_OPEN = sa.text("state = 'open'")

use_applications = sa.Table(
    "use_applications",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("use", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),  # JSON: the rest of register.record.Application
    sa.Index("ix_use_applications_organisation_state", "organisation", "state"),
    sa.Index("ix_use_applications_organisation_person", "organisation", "person"),
    sa.Index(
        "uq_use_applications_in_force",
        "organisation",
        "use",
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
)
"""At most one application of a use is in force in an organisation."""

training_attempts = sa.Table(
    "training_attempts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text),
    sa.Column("until", sa.Text),  # the last day on which a pass is valid
    sa.Column("data", sa.Text, nullable=False),  # JSON: the rest of register.training.Attempt
    sa.Index("ix_training_attempts_organisation_person", "organisation", "person"),
    sa.Index("ix_training_attempts_organisation_until", "organisation", "until"),
    sa.Index(
        "uq_training_attempts_open", "organisation", "person", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
)
"""At most one attempt of a person is open."""
