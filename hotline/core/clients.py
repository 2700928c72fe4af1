"""OAuth2 clients: a department's system with an identifier and at most two secrets.

Secrets are random, so that a plain digest of one tells nobody what it was.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import events, key_holders, scopes
from hotline.core.accounts import Actor
from hotline.core.db import Moment
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType

ID_PREFIX, SECRET_PREFIX = "hc_", "hs_"  # how they begin
MOST_SECRETS = 2  # the present one, and the next while a system is moved to it
SHOWN = 10


class ApiClient(SQLModel, table=True):
    """One client of one department."""

    __tablename__ = "api_client"

    id: int | None = Field(default=None, primary_key=True)
    client_id: str = Field(unique=True)
    department: str = Field(index=True)
    label: str
    scopes: str = ""  # as `scopes.written`
    created_at: datetime = Field(sa_type=Moment)
    created_by: str
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class ClientSecret(SQLModel, table=True):
    """A secret by its digest; `shown` tells it from the client's other one."""

    __tablename__ = "client_secret"

    id: int | None = Field(default=None, primary_key=True)
    client: int = Field(foreign_key="api_client.id", index=True)
    shown: str
    digest: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Moment)
    created_by: str
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


def create_client(
    session: Session,
    department: str,
    label: str,
    scoped: Collection[str] = (),
    *,
    actor: Actor,
    now: datetime,
) -> tuple[ApiClient, str]:
    """Return a new client and its first secret, which can't be shown again.

    Raises NotFound or NotAllowed by `key_holders`.
    """
    key_holders.require_to_give(actor, department)
    row = ApiClient(
        client_id=ID_PREFIX + secrets.token_hex(10),
        department=department,
        label=label,
        scopes=scopes.written(scoped),
        created_at=now,
        created_by=str(actor),
    )
    session.add(row)
    session.flush()
    _, secret = add_secret(session, row, actor=actor, now=now)
    return row, secret


def add_secret(
    session: Session, client: ApiClient, *, actor: Actor, now: datetime
) -> tuple[ClientSecret, str]:
    """Return another secret that holds beside the present one; raise Conflict at the third.

    The client is locked already.
    """
    key_holders.require_to_give(actor, client.department)
    if client.revoked_at:
        raise Conflict(f"Client {client.client_id} is revoked.", remedy="Make a new client.")
    if sum(each.revoked_at is None for each in secrets_of(session, client)) >= MOST_SECRETS:
        raise Conflict(
            f"Client {client.client_id} has {MOST_SECRETS} secrets that hold.",
            remedy="Revoke the one that its system no longer uses.",
        )
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    row = ClientSecret(
        client=client.id or 0,
        shown=secret[:SHOWN],
        digest=digest(secret),
        created_at=now,
        created_by=str(actor),
    )
    session.add(row)
    session.flush()
    _note(session, client, EventType.KEY_ISSUED, actor=actor, now=now, secret=row.id)
    return row, secret


def revoke_secret(
    session: Session, client: ApiClient, secret_id: int, *, actor: Actor, now: datetime
) -> ClientSecret:
    """Make one secret worthless, and with it every token that was given for it; raise NotFound."""
    key_holders.require_own(actor, client.department)
    row = session.get(ClientSecret, secret_id)
    if row is None or row.client != client.id:
        raise NotFound(f"{client.client_id} has no secret {secret_id}.", remedy="List its secrets.")
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        _note(session, client, EventType.KEY_REVOKED, actor=actor, now=now, secret=row.id)
    return row


def revoke_client(session: Session, client: ApiClient, *, actor: Actor, now: datetime) -> ApiClient:
    """Make the client, its secrets and its tokens worthless from now on."""
    key_holders.require_own(actor, client.department)
    if client.revoked_at is None:
        client.revoked_at = now
        session.add(client)
        _note(session, client, EventType.KEY_REVOKED, actor=actor, now=now)
    return client


def find(session: Session, department: str, client_id: str) -> ApiClient:
    """Return the department's client, locked; raise NotFound."""
    row = session.exec(
        select(ApiClient)
        .where(ApiClient.client_id == client_id, ApiClient.department == department)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(f"{department} has no client {client_id!r}.", remedy="List its clients.")
    return row


def clients_of(session: Session, department: str) -> Sequence[ApiClient]:
    """Return every client the department was ever given, oldest first."""
    return session.exec(
        select(ApiClient).where(ApiClient.department == department).order_by(col(ApiClient.id))
    ).all()


def secrets_of(session: Session, client: ApiClient) -> Sequence[ClientSecret]:
    """Return every secret the client was ever given, oldest first."""
    return session.exec(
        select(ClientSecret).where(ClientSecret.client == client.id).order_by(col(ClientSecret.id))
    ).all()


def digest(secret: str) -> str:
    """Return what is kept of a secret or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(
    session: Session,
    client: ApiClient,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    secret: int | None = None,
) -> None:
    """Add it to the client's own history; `secret` names one of two."""
    events.append(
        session,
        type,
        chain=f"client:{client.client_id}",
        actor=str(actor),
        now=now,
        client=client.client_id,
        department=client.department,
        secret=secret,
    )
