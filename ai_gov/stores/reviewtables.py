"""確認の表: reviews with their sealed texts, and what was released.

``sealed`` and ``files`` are ciphertext under the row's key; all three are none once the text was destroyed.
"""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.stores.tables import metadata

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("due_at", sa.Text),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),  # JSON: the rest of review.record.Review
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("files", sa.LargeBinary),
    sa.Index("ix_reviews_organisation_state", "organisation", "state"),
    sa.Index("ix_reviews_organisation_author", "organisation", "author"),
)

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("released_at", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),  # JSON: the rest of review.released.Release
)

release_digests = sa.Table(
    "release_digests",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("release", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
)
"""By which a file is found again."""

permits = sa.Table(
    "permits",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("exchange", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("binding", sa.Text, nullable=False),  # HMAC of the request with everything found in it hidden
    sa.Column("use", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text, nullable=False),
    sa.Column("decided_organisation", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", sa.Text),
    sa.Column("used_by", sa.Text, nullable=False),
    sa.Index("ix_permits_organisation_state", "organisation", "state"),
    sa.Index("ix_permits_organisation_person", "organisation", "person"),
)
"""What a superior may let pass, and let pass."""
