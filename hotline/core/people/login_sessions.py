"""会话: a signed-in browser or script: idle end, absolute end, and who may end it sooner."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Field, Session, SQLModel, col, func, or_, select

from hotline.core import events
from hotline.core.accounts import Account, Actor, chain_of
from hotline.core.db import Moment
from hotline.core.errors import NotFound
from hotline.core.events import EventType

SEEN_EVERY = timedelta(minutes=1)  # a session is written at most so often, however much it asks
MOST_DEVICE = 200  # letters of what a browser calls itself


class LoginSession(SQLModel, table=True):
    """A signed-in browser or script; only the token's digest is kept."""

    __tablename__ = "login_session"

    token_digest: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    device: str = ""  # what the browser calls itself
    seen_at: datetime | None = Field(default=None, sa_type=Moment)


@dataclass(frozen=True)
class Found:
    """Whose token it is, and the session that it opens."""

    account: Account
    login: LoginSession


def open_session(
    session: Session,
    account: Account,
    *,
    hours: int,
    now: datetime,
    device: str = "",
    public_id: uuid.UUID | None = None,
) -> str:
    """Return a fresh token for the account, valid for `hours`; what has run out is swept away."""
    token = secrets.token_urlsafe(32)
    mine = col(LoginSession.account_id) == account.id
    session.exec(delete(LoginSession).where(mine, col(LoginSession.expires_at) <= now))
    session.add(
        LoginSession(
            token_digest=_digest(token),
            account_id=account.id or 0,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
            public_id=public_id or uuid.uuid4(),
            device="".join(filter(str.isprintable, device))[:MOST_DEVICE],
            seen_at=now,
        )
    )
    session.flush()
    return token


def close_session(session: Session, token: str) -> None:
    """Make the token worthless."""
    session.exec(delete(LoginSession).where(col(LoginSession.token_digest) == _digest(token)))


def find(
    session: Session, token: str, *, idle: timedelta, now: datetime, see: bool = True
) -> Found | None:
    """Return whose token this is; None when it is unknown, ran out, idled or its owner is disabled.

    With `see` the session counts as seen from now on.
    """
    row = session.exec(
        select(Account, LoginSession)
        .join(LoginSession, col(LoginSession.account_id) == Account.id)
        .where(LoginSession.token_digest == _digest(token), *_alive(idle, now))
    ).first()
    if row is None:
        return None
    if see:
        _see(session, row[1], now)
    return Found(*row)


def is_open(session: Session, public_id: uuid.UUID) -> bool:
    """Return whether there is a session of this public id."""
    found = select(LoginSession.public_id).where(col(LoginSession.public_id) == public_id)
    return session.exec(found).first() is not None


def sessions_of(
    session: Session, account: Account, *, idle: timedelta, now: datetime
) -> Sequence[LoginSession]:
    """Return the account's sessions that still hold, the last seen first."""
    return session.exec(
        select(LoginSession)
        .join(Account, col(LoginSession.account_id) == Account.id)
        .where(LoginSession.account_id == account.id, *_alive(idle, now))
        .order_by(col(LoginSession.seen_at).desc().nulls_last(), col(LoginSession.public_id))
    ).all()


def revoke(
    session: Session, account: Account, public_id: uuid.UUID, *, actor: Actor, now: datetime
) -> None:
    """End one of the account's sessions at once; raise NotFound when it has no such session."""
    mine = col(LoginSession.account_id) == account.id
    ended = session.exec(
        delete(LoginSession).where(mine, col(LoginSession.public_id) == public_id)
    ).rowcount
    if not ended:
        raise NotFound(f"{account.username} has no session {public_id}.", remedy="List them.")
    _tell(session, account, actor, now, login=str(public_id))


def revoke_all(
    session: Session,
    account: Account,
    *,
    actor: Actor,
    now: datetime,
    but: uuid.UUID | None = None,
) -> int:
    """End the account's sessions at once, all or all but one; return how many."""
    mine = delete(LoginSession).where(col(LoginSession.account_id) == account.id)
    if but:
        mine = mine.where(col(LoginSession.public_id) != but)
    ended = int(session.exec(mine).rowcount)
    if ended:
        _tell(session, account, actor, now, sessions=ended)
    return ended


def _alive(idle: timedelta, now: datetime) -> tuple[ColumnElement[bool], ...]:
    seen = func.coalesce(LoginSession.seen_at, LoginSession.created_at)
    return (
        col(LoginSession.expires_at) > now,
        seen > now - idle,
        col(Account.disabled_at).is_(None),
    )


def _see(session: Session, row: LoginSession, now: datetime) -> None:
    """Write the moment unless it is fresh, or another request of the same page writes it now."""
    if row.seen_at and now - row.seen_at < SEEN_EVERY:
        return
    free = (
        select(LoginSession.token_digest)
        .where(LoginSession.token_digest == row.token_digest)
        .where(or_(col(LoginSession.seen_at).is_(None), col(LoginSession.seen_at) < now))
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    session.exec(
        update(LoginSession).where(col(LoginSession.token_digest) == free).values(seen_at=now)
    )


def _tell(session: Session, account: Account, actor: Actor, now: datetime, **refs: Any) -> None:
    chain = chain_of(account.username)
    type = EventType.SESSION_REVOKED
    events.append(session, type, chain=chain, actor=str(actor), now=now, **refs)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
