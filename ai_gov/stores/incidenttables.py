"""事故の表: incidents, and which records of the log belong to which."""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.stores.tables import metadata

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("known_at", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),  # JSON: the rest of audit.incidents.Incident
    sa.Index("ix_incidents_organisation_known_at", "organisation", "known_at"),
)

incident_records = sa.Table(
    "incident_records",
    metadata,
    sa.Column("incident", sa.Text, sa.ForeignKey("incidents.id"), primary_key=True),
    sa.Column("record", sa.Text, primary_key=True),
    sa.Index("ix_incident_records_record", "record"),
)
