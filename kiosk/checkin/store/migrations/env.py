"""Alembic runs this file: the revisions go over the connection that `migrate` brought, inside its transaction."""

from alembic import context

from kiosk.checkin.store.metadata import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():  # the caller's: Alembic neither begins nor commits one
    context.run_migrations()
