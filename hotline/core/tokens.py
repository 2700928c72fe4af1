"""Access tokens: what a client asks with for an hour; kept as digests, so that one ends at once."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import scopes
from hotline.core.accounts import Actor, Role
from hotline.core.clients import ApiClient, ClientSecret, digest
from hotline.core.db import Moment
from hotline.core.errors import Invalid, NotSignedIn

PREFIX = "ht_"


class AccessToken(SQLModel, table=True):
    """A token by its digest, with the secret that it was given for."""

    __tablename__ = "access_token"

    digest: str = Field(primary_key=True)
    client: int = Field(foreign_key="api_client.id", index=True)
    secret: int = Field(foreign_key="client_secret.id")
    scopes: str
    issued_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


def check_client(session: Session, client_id: str, secret: str) -> tuple[ApiClient, ClientSecret]:
    """Return who this is; raise NotSignedIn without telling which of the two was wrong."""
    found = session.exec(
        select(ApiClient, ClientSecret)
        .join(ClientSecret, col(ClientSecret.client) == ApiClient.id)
        .where(ApiClient.client_id == client_id, ClientSecret.digest == digest(secret))
        .where(col(ApiClient.revoked_at).is_(None), col(ClientSecret.revoked_at).is_(None))
    ).first()
    if found is None:
        raise NotSignedIn("The client or its secret is wrong, or was revoked.")
    return found


def issue_token(
    session: Session,
    client: ApiClient,
    secret: ClientSecret,
    asked: str,
    *,
    seconds: int,
    now: datetime,
) -> tuple[AccessToken, str]:
    """Return a token for the scopes asked for, or for all that the client has.

    Raises Invalid for a scope that the client has not got. The client's run-out tokens are removed.
    """
    mine = scopes.read(client.scopes) or frozenset(scopes.ALL)
    wanted = frozenset(asked.split()) or mine
    if not wanted <= mine:
        raise Invalid(f"This client has no scope {' '.join(sorted(wanted - mine))}.")
    gone = delete(AccessToken).where(
        col(AccessToken.client) == client.id, col(AccessToken.expires_at) <= now
    )
    session.exec(gone)
    token = PREFIX + secrets.token_urlsafe(32)
    row = AccessToken(
        digest=digest(token),
        client=client.id or 0,
        secret=secret.id or 0,
        scopes=scopes.written(wanted),
        issued_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    session.add(row)
    session.flush()
    return row, token


def token_actor(session: Session, token: str, *, now: datetime) -> Actor | None:
    """Return the department's system that holds this token; None for one that no longer holds."""
    found = session.exec(
        select(AccessToken, ApiClient)
        .join(ApiClient, col(ApiClient.id) == AccessToken.client)
        .join(ClientSecret, col(ClientSecret.id) == AccessToken.secret)
        .where(AccessToken.digest == digest(token), AccessToken.expires_at > now)
        .where(col(ApiClient.revoked_at).is_(None), col(ClientSecret.revoked_at).is_(None))
    ).first()
    if found is None:
        return None
    row, client = found
    let = frozenset(row.scopes.split())
    name = f"{client.department}#{client.client_id}"
    return Actor(name, Role.SYSTEM, client.department, scopes=let)
