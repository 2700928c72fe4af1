"""PostgreSQL: one engine a process, one transaction a request, job or command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session, SQLModel

from hotline.core.errors import CannotStart
from hotline.core.settings import settings

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# The column type of every moment, read back as UTC.
Moment: Any = DateTime(timezone=True)

# The advisory lock that the leading switch holds.
LEADERSHIP = 12345

_AFTER_COMMIT = "after_commit"


def connections(pool: int) -> int:
    """Return how many connections an engine of this pool has at most: twice those it keeps."""
    return 2 * pool


def connect(url: str, *, pool: int = 5) -> Engine:
    """Return an engine whose sessions speak UTC; connects lazily.

    Raises CannotStart when the URL names anything but PostgreSQL.
    """
    if not url.startswith("postgresql+psycopg://"):
        raise CannotStart(
            f"HOTLINE_DATABASE_URL names {url.partition(':')[0]!r}, which is no PostgreSQL.",
            remedy="Write it like postgresql://user:password@host:5432/hotline.",
        )
    try:
        make_url(url)
    except (ArgumentError, ValueError) as error:
        raise CannotStart(
            "HOTLINE_DATABASE_URL can't be understood.",
            remedy="Write it like postgresql://user:password@host:5432/hotline.",
        ) from error
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=connections(pool) - pool,
        pool_pre_ping=True,
        hide_parameters=True,  # an error must not carry a caller's words into a log
        connect_args={"options": "-c timezone=UTC", "application_name": "hotline"},
    )


@lru_cache
def engine() -> Engine:
    """Return this process's engine; raise CannotStart when no database is named."""
    url = settings().database_address
    if not url:
        raise CannotStart(
            "No database: HOTLINE_DATABASE_URL is empty and no embedded PostgreSQL runs.",
            remedy="Run `hotline up`, or set HOTLINE_DATABASE_URL.",
        )
    return connect(url, pool=settings().database_pool)


def limit_statements(of: Engine, *, seconds: int) -> None:
    """Have PostgreSQL end what a connection opened from now on asks, or holds up, for so long.

    For the web: nobody waits longer for a page. 0: no limit. Sweeps and jobs take their time.
    """

    def limit(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {int(seconds) * 1000}")
            cursor.execute(f"SET idle_in_transaction_session_timeout = {int(seconds) * 2000}")
        connection.commit()

    event.listen(of, "connect", limit)


def is_away(error: BaseException | None) -> bool:
    """Return whether the error says that the server can't be reached, or is ending or starting.

    A deadlock or a statement that took too long is an OperationalError too, and is none of these
    (PostgreSQL, appendix A: classes 08 and 57P; what got no answer has no code at all).
    """
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlstate", None)
    return code is None or code.startswith(("08", "57P"))


@contextmanager
def transaction(of: Engine | None = None) -> Iterator[Session]:
    """Yield a session; commit at the end, then run what waits in `after_commit`.

    Any exception rolls back and drops the waiting actions.
    """
    with Session(of or engine(), expire_on_commit=False) as session:
        yield session
        session.commit()
        waiting: list[Callable[[], None]] = session.info.get(_AFTER_COMMIT, [])
        session.info.clear()
    for action in waiting:
        action()


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Run `action` once the transaction stands; it is never run when it rolls back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(action)


def check_connection(url: str) -> None:
    """Raise CannotStart, in one line without the password, when the server can't be used."""
    probe = connect(url, pool=1)
    try:
        with probe.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
        raise CannotStart(
            f"PostgreSQL at {probe.url.render_as_string(hide_password=True)} can't be reached: "
            f"{reason}.",
            remedy="Check HOTLINE_DATABASE_URL and that the server runs.",
        ) from error
    finally:
        probe.dispose()
    if version < 160000:
        raise CannotStart(
            f"PostgreSQL {version // 10000} is too old.", remedy="Use PostgreSQL 16 or newer."
        )
