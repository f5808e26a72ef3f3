"""原文の表: ciphertext of what was really typed and answered, under a key for each record, and who asked to open it.

A row of ``raw_texts`` is removed whole when its time is up; with its key goes what older copies of the row hold.
"""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.stores.tables import metadata

raw_texts = sa.Table(
    "raw_texts",
    metadata,
    sa.Column("exchange", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
    sa.Column("prompt", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary),
    sa.Index("ix_raw_texts_organisation_at", "organisation", "at"),
)

raw_openings = sa.Table(
    "raw_openings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),  # whose record it is
    sa.Column("exchange", sa.Text, nullable=False),
    sa.Column("asked_organisation", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_organisation", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", sa.Text),
    sa.Index("ix_raw_openings_organisation_state", "organisation", "state"),
)
