"""How Alembic reaches the database: over the connection that `storage.migrate` hands in."""

from alembic import context

from keylease.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
