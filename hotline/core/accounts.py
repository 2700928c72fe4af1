"""People who sign in, and their sessions."""

import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pwdlib import PasswordHash
from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from hotline.core.confidentiality import Confidentiality
from hotline.core.db import Moment
from hotline.core.errors import Conflict, Invalid, NotFound, NotSignedIn

FIRST_ADMINISTRATOR = "admin"

_hasher = PasswordHash.recommended()
# Checked when the name is unknown, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_urlsafe())


class Role(StrEnum):
    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    INSPECTOR = "quality_inspector"
    HANDLER = "department_handler"
    LEADER = "department_leader"
    SYSTEM = "department_system"
    SUPERVISOR = "supervisor"
    EDITOR = "knowledge_editor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_FOR_PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)  # which keys carry


def role_named(text: str) -> Role:
    """Return the role that a person may be given by this name; raise Invalid naming them all."""
    for role in _FOR_PEOPLE:
        if role == text:
            return role
    raise Invalid(
        f"{text!r} is no role of a person's.", remedy=f"Write one of {', '.join(_FOR_PEOPLE)}."
    )


class Account(SQLModel, table=True):
    """One person who may sign in."""

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True)
    display_name: str
    role: str
    department: str = ""  # whose orders a handler or leader works on
    district: str = ""  # below which tickets are the person's; empty for the whole site
    clearance: str = Confidentiality.CONFIDENTIAL
    password_hash: str
    issuer: str = ""  # of the site's OIDC provider, when the person signs in there
    subject: str = ""
    failed_sign_ins: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)


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
class Actor:
    """Who does something: a person, a department's system, or the hotline itself.

    `department` is the code of the one department that the actor acts for, if any; `district`
    the code below which tickets are theirs, empty for the whole site; `scopes` what a department's
    system was let do, None for all that its role may.
    """

    name: str
    role: Role | None = None
    department: str = ""
    district: str = ""
    clearance: Confidentiality = Confidentiality.CONFIDENTIAL
    scopes: frozenset[str] | None = None

    def __str__(self) -> str:
        return self.name


MACHINE = Actor("hotline")


def create_account(
    session: Session,
    username: str,
    password: str,
    *,
    role: Role,
    display_name: str = "",
    now: datetime,
) -> Account:
    """Add an account; raise Conflict when the name is taken."""
    if session.exec(select(Account).where(Account.username == username)).first():
        raise Conflict(f"The name {username!r} is taken.", remedy="Choose another name.")
    account = Account(
        username=username,
        display_name=display_name or username,
        role=role,
        password_hash=_hasher.hash(password),
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def ensure_first_administrator(session: Session, *, now: datetime) -> str | None:
    """Create the first administrator and return the password; None when anybody exists already."""
    if session.exec(select(func.count()).select_from(Account)).one():
        return None
    password = secrets.token_urlsafe(12)
    create_account(session, FIRST_ADMINISTRATOR, password, role=Role.ADMINISTRATOR, now=now)
    return password


def first_administrator(session: Session) -> Account:
    """Return the administrator who has been there longest; raise NotFound without any."""
    account = session.exec(
        select(Account).where(Account.role == Role.ADMINISTRATOR).order_by(col(Account.id))
    ).first()
    if account is None:
        raise NotFound("There is no administrator.")
    return account


def display_names(session: Session, usernames: Collection[str]) -> dict[str, str]:
    """Return how the accounts among these names are called on the pages."""
    rows = session.exec(
        select(Account.username, Account.display_name).where(col(Account.username).in_(usernames))
    ).all()
    return dict(rows)


def set_password(session: Session, username: str, password: str) -> None:
    """Replace the account's password and end its sessions; raise NotFound."""
    account = session.exec(select(Account).where(Account.username == username)).first()
    if account is None:
        raise NotFound(f"Nobody is called {username!r}.")
    account.password_hash = _hasher.hash(password)
    session.exec(delete(LoginSession).where(col(LoginSession.account_id) == account.id))


def check_password(session: Session, username: str, password: str) -> Account:
    """Return the account; raise NotSignedIn without telling which of the two was wrong."""
    account = session.exec(select(Account).where(Account.username == username)).first()
    valid = _hasher.verify(password, account.password_hash if account else _NOBODY)
    if account is None or not valid:
        raise NotSignedIn("Name or password is wrong.", remedy="Check both and try again.")
    return account


def open_session(session: Session, account: Account, *, hours: int, now: datetime) -> str:
    """Return a fresh token for the account, valid for `hours`."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_digest=_digest(token),
            account_id=account.id or 0,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def close_session(session: Session, token: str) -> None:
    """Make the token worthless."""
    row = session.get(LoginSession, _digest(token))
    if row:
        session.delete(row)


def session_account(session: Session, token: str, *, now: datetime) -> Account | None:
    """Return whose token this is, or None when it is unknown or has run out."""
    return session.exec(
        select(Account)
        .join(LoginSession, col(LoginSession.account_id) == Account.id)
        .where(LoginSession.token_digest == _digest(token), LoginSession.expires_at > now)
    ).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
