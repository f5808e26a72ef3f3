"""Alembic's entry: runs the versions on the connection that ``migrate`` hands over, in its transaction."""

from alembic import context

from ai_gov.stores import (  # noqa: F401 - their tables belong to the metadata
    guidelinetables,
    incidenttables,
    rawtables,
    registertables,
    reviewtables,
    searchtables,
)
from ai_gov.stores.tables import metadata


def run() -> None:
    """Run them."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
    context.run_migrations()


if hasattr(context, "config"):  # only Alembic sets it; whoever else imports this module runs nothing
    run()
