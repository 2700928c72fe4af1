"""A database made ready to serve: its shape, its seed and its first administrator."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import func, select

from dispatch.reports import templating
from dispatch.routing import registry
from dispatch.rules import policy_imports
from hotline import migrations
from hotline.core import accounts, vault
from hotline.core.db import check_connection, transaction
from hotline.core.errors import CannotStart
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from knowledge.articles import seeding
from knowledge.items import seeding as item_seeding
from knowledge.seed import seed


def prepare(engine: Engine, own: Settings, *, now: datetime) -> str | None:
    """Migrate and seed; return the first administrator's password when it was just made.

    Doing it again changes nothing. Raises CannotStart when the server can't be used, is older
    than PostgreSQL 16, holds a newer version's tables, or people that our key does not open.
    """
    check_connection(engine.url.render_as_string(hide_password=False))
    migrations.upgrade(engine)
    _match_vault(engine, own)
    with transaction(engine) as session:
        seed(session, now=now)
        seeding.seed(session, now=now)
        item_seeding.seed(session, now=now)
        policy_imports.seed(session, now=now)
        templating.ensure_packaged(session, now=now)
        registry.register_shipped(session, now=now)
        return accounts.ensure_first_administrator(session, now=now)


def _match_vault(engine: Engine, own: Settings) -> None:
    """Have the master key that opens this database; make one only for a database without people.

    A new key beside old people would make them unreadable, and each caller a second person.
    """
    with transaction(engine) as session:
        unerased = select(Person).where(func.octet_length(Person.wrapped_key) > 0)
        somebody = session.exec(unerased.limit(1)).first()
    if somebody is None:
        if not own.secret_key:
            vault.ensure_master_key(vault.key_file(own))
        vault.read_master_key(own)
        return
    try:
        ring = vault.keyring_of(own)
        vault.open_wrapped(somebody.wrapped_key, f"key:{somebody.id}", ring)
    except vault.Unreadable as error:
        raise CannotStart(
            "The master key does not open the people in this database.",
            remedy=f"Restore the {vault.key_file(own)} or HOTLINE_SECRET_KEY that belongs to it.",
        ) from error
