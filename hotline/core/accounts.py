"""账号: people who may sign in, and whoever else acts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, func, select

from hotline.core.confidentiality import Confidentiality
from hotline.core.db import Moment
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.people import passwords

FIRST_ADMINISTRATOR = "admin"


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
    """One person who may sign in; the hash is empty for who only does so at the site's provider."""

    __table_args__ = (
        sa.Index(
            "uq_account_issuer_subject",
            "issuer",
            "subject",
            unique=True,
            postgresql_where=sa.text("subject <> ''"),
        ),
    )

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
    must_change_password: bool = False  # an administrator knows it
    failed_sign_ins: int = 0
    failed_at: datetime | None = Field(default=None, sa_type=Moment)
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    version: int = 1


@dataclass(frozen=True)
class Actor:
    """Who does something: a person, a department's system, or the hotline itself.

    `department` is the code of the one department that the actor acts for, if any; `district`
    the code below which tickets are theirs, empty for the whole site; `scopes` what a department's
    system was let do, None for all that its role may; none at all are left to a person who must
    choose a password of their own first.
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


def as_actor(account: Account) -> Actor:
    """Return the person as whoever does something."""
    return Actor(
        account.username,
        Role(account.role),
        account.department,
        account.district,
        Confidentiality(account.clearance),
        scopes=frozenset() if account.must_change_password else None,
    )


def chain_of(username: str) -> str:
    """Return the name of the chain of events about this account."""
    return f"account:{username}"


def find(session: Session, username: str) -> Account | None:
    """Return the account of this name, None when nobody is called so."""
    return session.exec(select(Account).where(Account.username == username)).first()


def create_account(
    session: Session,
    username: str,
    password: str,
    *,
    role: Role,
    display_name: str = "",
    hashed: str = "",
    now: datetime,
) -> Account:
    """Add an account; raise Conflict when the name is taken. An empty password opens nothing.

    `hashed` is the password's hash, of who made many before they took a lock.
    """
    if find(session, username):
        raise Conflict(f"The name {username!r} is taken.", remedy="Choose another name.")
    account = Account(
        username=username,
        display_name=display_name or username,
        role=role,
        password_hash=hashed or (passwords.hash_password(password) if password else ""),
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def ensure_first_administrator(session: Session, *, now: datetime) -> str | None:
    """Create the first administrator and return the password; None when anybody exists already."""
    if session.exec(select(func.count()).select_from(Account)).one():
        return None
    password = passwords.temporary_password()
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


def among(session: Session, usernames: Collection[str]) -> Sequence[Account]:
    """Return the accounts among these names."""
    return session.exec(select(Account).where(col(Account.username).in_(usernames))).all()


def display_names(session: Session, usernames: Collection[str]) -> dict[str, str]:
    """Return how the accounts among these names are called on the pages."""
    if not usernames:
        return {}
    rows = session.exec(
        select(Account.username, Account.display_name).where(col(Account.username).in_(usernames))
    ).all()
    return dict(rows)
