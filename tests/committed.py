"""What tests committed is removed, so that no later test on the same database meets it."""

from sqlalchemy import Engine, text

from hotline.migrations.tables import metadata

# What the session's database was seeded with.
SEEDED = frozenset(
    {"district", "department", "matter", "responsibility", "directory_version", "webhook_cursor"}
)


def remove(engine: Engine) -> None:
    """Empty every table but the seeded ones."""
    tables = ", ".join(f'"{name}"' for name in metadata.tables if name not in SEEDED)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables}"))
