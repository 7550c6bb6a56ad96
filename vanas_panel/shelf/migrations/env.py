"""Alembic runs this file for every command; the connection comes from `vanas_panel.shelf.upgrade`."""

from __future__ import annotations

from alembic import context

from vanas_panel.shelf.models import VERSION_TABLE, Base


def run() -> None:
    """Run the wanted revisions in the transaction that the connection is in."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata,
                      version_table=VERSION_TABLE, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


# The name that Alembic gives this file while it runs it. Any other import only reads it.
if __name__ == "env_py":
    run()
