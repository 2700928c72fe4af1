"""What tests committed is removed, so that no later test on the same database meets it."""

from sqlalchemy import Engine, text

from hotline.migrations.tables import metadata

# What the session's database was seeded with.
SEEDED = frozenset(
    {
        "district",
        "department",
        "matter",
        "responsibility",
        "directory_version",
        "merged_hotline",
        "article_change",
        "webhook_cursor",
    }
)
_FILLED = [name for name in metadata.tables if name not in SEEDED]


def left(engine: Engine) -> list[str]:
    """Return the names of the tables, but the seeded ones, that hold rows."""
    asked = ", ".join(f"""EXISTS (SELECT FROM "{name}")""" for name in _FILLED)
    with engine.connect() as connection:
        held = connection.execute(text(f"SELECT {asked}")).one()
    return [name for name, any_row in zip(_FILLED, held, strict=True) if any_row]


def remove(engine: Engine) -> None:
    """Empty every table but the seeded ones."""
    tables = ", ".join(f'"{name}"' for name in _FILLED)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables}"))
