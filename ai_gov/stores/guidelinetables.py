"""ガイドラインの表: the draft of each organisation, what it published, and who has read which version."""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.stores.tables import metadata

guideline_drafts = sa.Table(
    "guideline_drafts",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("answers", sa.Text, nullable=False),  # answers.yaml, of the questions answered so far
    sa.Column("saved_at", sa.Text, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
)

guideline_versions = sa.Table(
    "guideline_versions",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("effective", sa.Text, nullable=False),  # a day
    sa.Column("published_at", sa.Text, nullable=False),
    sa.Column("published_by", sa.Text, nullable=False),
    sa.Column("reviewed_on", sa.Text, nullable=False),  # a day; empty while nobody has looked since
    sa.Column("digest", sa.Text, nullable=False),  # of its files, by their kinds
    sa.Column("data", sa.Text, nullable=False),  # JSON: documents.guideline.embedded
    sa.Column("sections", sa.Text, nullable=False),  # JSON: [heading, [sentence, …]] of each
    sa.Column("body", sa.Text, nullable=False),  # HTML that our own writer made of it
)

guideline_files = sa.Table(
    "guideline_files",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

acknowledgements = sa.Table(
    "acknowledgements",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Index("ix_acknowledgements_organisation_number", "organisation", "number"),
)
