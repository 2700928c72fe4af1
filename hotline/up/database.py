"""A database made ready to serve: its shape, its seed and its first administrator."""

from datetime import datetime

from sqlalchemy import Engine

from hotline import migrations
from hotline.core import accounts
from hotline.core.db import check_connection, transaction
from knowledge.seed import seed


def prepare(engine: Engine, *, now: datetime) -> str | None:
    """Migrate and seed; return the first administrator's password when it was just made.

    Doing it again changes nothing. Raises CannotStart when the server can't be used, is older
    than PostgreSQL 16 or holds a newer version's tables.
    """
    check_connection(engine.url.render_as_string(hide_password=False))
    migrations.upgrade(engine)
    with transaction(engine) as session:
        seed(session, now=now)
        return accounts.ensure_first_administrator(session, now=now)
