"""表: what the database holds, in SQLAlchemy Core, without anything that only one database knows.

Times are ISO 8601 text in UTC with microseconds (they sort as they stand). No table holds a raw value of a prompt;
names and mail addresses stand in ``persons`` alone, which is the personnel register and no part of the log.
"""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.audit.event import COLUMNS

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

Position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A number that the database counts up (SQLite does so for INTEGER only)."""

_DECIDED = sa.text("state = 'decided'")

exchanges = sa.Table(
    "exchanges",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("instance", sa.Text, nullable=False),
    sa.Column("updated", sa.Text, nullable=False),
    sa.Index("ix_exchanges_decided", "instance", sqlite_where=_DECIDED, postgresql_where=_DECIDED),
)
"""How far each request has come. ``instance`` is the process that took the last step."""

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("position", Position, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("text", sa.Text),  # none after deletion, like the salt; the leaf stays
    sa.Column("salt", sa.LargeBinary),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("seq", sa.BigInteger),  # none until it is in the tree
    sa.Column("deleted", sa.Boolean(create_constraint=False), nullable=False, default=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in COLUMNS),
    sa.Index("ix_entries_exchange", "exchange"),
    sa.Index("ix_entries_at", "at"),
    sa.Index("ix_entries_seq", "seq", unique=True),
    sqlite_autoincrement=True,  # a number is never given twice, not even after a deletion
)

WAITING = "ix_entries_waiting"
"""Of the entries without ``seq``, by position: on PostgreSQL alone, where they would have to be sorted each time."""

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("entry", Position, sa.ForeignKey("entries.position"), primary_key=True),
    sa.Index("ix_tokens_entry", "entry"),
    sqlite_with_rowid=False,
)
"""Search HMACs of an entry, from its text."""

nodes = sa.Table(
    "nodes",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Perfect subtrees of the Merkle tree: ``number`` counts them on their ``level`` from 0; level 0 are the leaves."""

tree = sa.Table(
    "tree",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("frontier", sa.LargeBinary, nullable=False),
)
"""One row: how many leaves the tree has, and the roots of its full subtrees, largest first, 32 bytes each."""

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("number", Position, primary_key=True, autoincrement=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Signed checkpoints, oldest first."""

timestamps = sa.Table(
    "timestamps",
    metadata,
    sa.Column("checkpoint", Position, sa.ForeignKey("checkpoints.number"), primary_key=True, autoincrement=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("token", sa.LargeBinary, nullable=False),  # RFC 3161 response in DER, with its certificates
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),  # by our clock
)
"""Checkpoints whose note a time stamping authority signed with the time."""

copies = sa.Table(
    "copies",
    metadata,
    sa.Column("home", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)
"""Up to which checkpoint the file of a data folder (``home``) has a copy. SQLite has one folder, its home is empty."""

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key_check", sa.Text, nullable=False),
)
"""One row: by which keys are told to be those that this database was made with."""

config_sets = sa.Table(
    "config_sets",
    metadata,
    sa.Column("number", Position, primary_key=True, autoincrement=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),  # JSON: path -> text
    sa.Column("applied_at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Rules and policies that were applied; the one with the highest number is in force."""

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

departments = sa.Table(
    "departments",
    metadata,
    sa.Column("organisation", sa.Text, sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

persons = sa.Table(
    "persons",
    metadata,
    sa.Column("organisation", sa.Text, sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mail", sa.Text, nullable=False),
    sa.Column("valid_until", sa.Text),
    sa.Column("left_at", sa.Text),
)

_person = (["organisation", "person"], ["persons.organisation", "persons.id"])

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("scope_organisation", sa.Text, nullable=False),
    sa.Column("scope_department", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Text),
    sa.Column("valid_to", sa.Text),
    sa.Column("deputy_for", sa.Text, nullable=False),
    sa.Column("by_roster", sa.Boolean(create_constraint=False), nullable=False),
    sa.ForeignKeyConstraint(*_person),
    sa.Index("ix_grants_organisation_person", "organisation", "person"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),  # HMAC-SHA256 under a key outside the database
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("default_use", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
    sa.ForeignKeyConstraint(*_person),
    sa.Index("ix_api_keys_organisation_person", "organisation", "person"),
)

passwords = sa.Table(
    "passwords",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False),  # argon2id
    sa.Column("must_change", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", sa.Text),
    sa.ForeignKeyConstraint(*_person),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # a digest; the token is with the browser alone
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("seen_at", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False, server_default=""),
    sa.ForeignKeyConstraint(*_person),
    sa.Index("ix_sessions_organisation_person", "organisation", "person"),
)
"""Who is signed in to the pages."""

oidc_states = sa.Table(
    "oidc_states",
    metadata,
    sa.Column("state", sa.Text, primary_key=True),  # a digest
    sa.Column("until", sa.Text, nullable=False),
)
"""Ways back from an identity provider that were used, so that none is used twice."""

oidc_subjects = sa.Table(
    "oidc_subjects",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("linked_at", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(*_person),
    sa.UniqueConstraint("issuer", "organisation", "person"),
)
"""Which account at a provider is whose."""

reminder_mails = sa.Table(
    "reminder_mails",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, nullable=False),  # in Japan
    sa.Column("state", sa.Text, nullable=False),  # see stores.remindermails
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),  # JSON: what the mail names
)
"""The last mail of each person, so that nobody gets two a day."""
