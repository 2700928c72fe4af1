"""Alembic's entry: runs the revisions in one transaction, one runner at a time."""

from typing import Literal

from alembic import context
from sqlalchemy import Engine, text
from sqlmodel.sql.sqltypes import AutoString

from hotline.migrations.tables import metadata

MIGRATING = 12346  # the advisory lock's key: two starts at once migrate one after the other


def render(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write SQLModel's strings as what they are in PostgreSQL."""
    return "sa.String()" if kind == "type" and isinstance(thing, AutoString) else False


def run() -> None:
    """Run with the engine that `hotline.migrations.config` was given."""
    engine: Engine = context.config.attributes["engine"]
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            render_item=render,
            include_object=context.config.attributes.get("include_object"),
        )
        with context.begin_transaction():
            context.run_migrations()


run()
