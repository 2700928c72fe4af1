"""API keys: a department's system signs in with one; only its digest is kept."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import events, key_holders, scopes
from hotline.core.accounts import Actor, Role
from hotline.core.db import Moment
from hotline.core.errors import NotFound
from hotline.core.events import EventType

PREFIX = "hk_"
SHOWN = 10  # enough to tell keys apart in a list, far too little to guess one


class ApiKey(SQLModel, table=True):
    """One key of one department."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    department: str = Field(index=True)
    label: str
    shown: str
    digest: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Moment)
    created_by: str
    scopes: str = ""  # parted by blanks; empty for all that a department's system may do
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


def issue_key(
    session: Session,
    department: str,
    label: str,
    scoped: Collection[str] = (),
    *,
    actor: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Return a new key's row and the key itself, which can't be shown again.

    Without scopes it may do all that a department's system may; raises Invalid for an unknown one,
    and NotFound or NotAllowed by `key_holders`.
    """
    key_holders.require_to_give(actor, department)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        department=department,
        label=label,
        shown=secret[:SHOWN],
        digest=_digest(secret),
        created_at=now,
        created_by=str(actor),
        scopes=scopes.written(scoped),
    )
    session.add(row)
    session.flush()
    _note(session, row, EventType.KEY_ISSUED, actor=actor, now=now)
    return row, secret


def keys_of(session: Session, department: str) -> Sequence[ApiKey]:
    """Return every key the department was ever given, oldest first."""
    return session.exec(
        select(ApiKey).where(ApiKey.department == department).order_by(col(ApiKey.id))
    ).all()


def revoke_key(
    session: Session, department: str, key_id: int, *, actor: Actor, now: datetime
) -> ApiKey:
    """Make a key of the department worthless from now on, once; raise NotFound."""
    key_holders.require_own(actor, department)
    row = session.get(ApiKey, key_id, with_for_update=True, populate_existing=True)
    if row is None or row.department != department:
        raise NotFound(f"{department} has no API key {key_id}.", remedy="List its keys.")
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        _note(session, row, EventType.KEY_REVOKED, actor=actor, now=now)
    return row


def key_actor(session: Session, secret: str) -> Actor | None:
    """Return the department's system that holds this key; None for an unknown or revoked one."""
    row = session.exec(
        select(ApiKey).where(ApiKey.digest == _digest(secret), col(ApiKey.revoked_at).is_(None))
    ).first()
    if row is None:
        return None
    let = scopes.read(row.scopes)
    return Actor(f"{row.department}#{row.id}", Role.SYSTEM, row.department, scopes=let)


def _note(session: Session, row: ApiKey, type: EventType, *, actor: Actor, now: datetime) -> None:
    events.append(
        session,
        type,
        chain=f"key:{row.id}",
        actor=str(actor),
        now=now,
        key=row.id,
        department=row.department,
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
