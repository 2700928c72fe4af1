"""What was erased or sealed goes from the tables' pages too: PostgreSQL keeps it until a VACUUM."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlmodel import Session, func, select

from dispatch.people.inventory import KEPT
from dispatch.people.models_people import PersonErasure
from dispatch.sealing.models_readers import Sealing
from hotline.core.db import transaction

# A transaction commits after the moment that it writes down.
COMMITTED_BY = timedelta(minutes=10)
TABLES = ("person", "person_erasure", "kept_reply", "precedent", *(each.table for each in KEPT))
_LAST_VACUUMS = text(
    "SELECT relname, last_vacuum FROM pg_stat_user_tables WHERE relname = ANY(:tables) "
    "ORDER BY relname"
)


def wipe(engine: Engine) -> list[str]:
    """VACUUM the tables that were not since the last erasure or sealing, and return their names.

    A transaction that began before those words went keeps them there; the next day's run mends it
    only after another erasure or sealing.
    """
    with transaction(engine) as session:
        newest = _newest(session)
        if newest is None:
            return []
        seen = session.execute(_LAST_VACUUMS, {"tables": list(TABLES)}).all()
    never = datetime.min.replace(tzinfo=UTC)
    waiting = [table for table, last in seen if (last or never) < newest + COMMITTED_BY]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in waiting:
            # Indexes hold words as well; cutting the file's end off would hold up everybody.
            connection.execute(text(f'VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) "{table}"'))
    return waiting


def _newest(session: Session) -> datetime | None:
    """Return when something was last erased or sealed."""
    erased = session.exec(select(func.max(PersonErasure.at))).one()
    sealed = session.exec(select(func.max(Sealing.at))).one()
    return max((at for at in (erased, sealed) if at), default=None)
