"""人员管理: what an administrator does with other people's accounts; each act leaves one event.

Callers hold the row through `find(lock=True)`; whether a department or district exists is theirs
to ask (`knowledge.staff`), as this layer knows neither.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Account, Actor, Role, chain_of
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from hotline.core.people import login_sessions, passwords, signing_in

USERNAME = r"[\w.@-]{1,64}"  # no colon: Basic credentials part there; no slash: it stands in paths
OF_A_DEPARTMENT = frozenset({Role.HANDLER, Role.LEADER})


@dataclass(frozen=True)
class Place:
    """What a person is and how far their work reaches; an empty district is the whole site."""

    role: Role
    department: str = ""
    district: str = ""
    clearance: Confidentiality = Confidentiality.CONFIDENTIAL

    def __post_init__(self) -> None:
        if (self.role in OF_A_DEPARTMENT) != bool(self.department):
            told = "needs" if self.role in OF_A_DEPARTMENT else "has no"
            raise Invalid(
                f"A {self.role} {told} department.",
                remedy=f"Only {' and '.join(sorted(OF_A_DEPARTMENT))} act for one.",
            )


def place_of(account: Account) -> Place:
    """Return what the account is now."""
    return Place(
        Role(account.role),
        account.department,
        account.district,
        Confidentiality(account.clearance),
    )


def find(session: Session, username: str, *, lock: bool = False) -> Account:
    """Return the account; raise NotFound. Locked, nobody else administers people meanwhile."""
    if lock:
        one_at_a_time(session)
    account = accounts.find(session, username)
    if account is None:
        raise NotFound(f"Nobody is called {username!r}.", remedy="List the accounts.")
    if lock:
        session.refresh(account, with_for_update={"key_share": True})
    return account


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else makes or changes accounts, and make others wait.

    So two administrators can't take each other's role at once and leave none.
    """
    session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('hotline people'))"))


def is_usable(username: str) -> bool:
    """Return whether a person may be called so: nobody passes for the hotline itself."""
    return bool(re.fullmatch(USERNAME, username)) and username.casefold() != str(MACHINE)


def listed(session: Session, *, after: int = 0, limit: int) -> Sequence[Account]:
    """Return accounts in the order in which they were made, from the one after this id."""
    return session.exec(
        select(Account).where(col(Account.id) > after).order_by(col(Account.id)).limit(limit)
    ).all()


def create(
    session: Session,
    username: str,
    place: Place,
    *,
    password: str,
    hashed: str = "",
    display_name: str = "",
    must_change: bool = True,
    actor: Actor,
    now: datetime,
) -> Account:
    """Add an account; raise Conflict when the name is taken, Invalid for one that can't be used."""
    if not is_usable(username):
        raise Invalid(
            f"Nobody can be called {username!r}.",
            remedy="Use letters, digits and . _ - @ only, 64 at the most.",
        )
    account = accounts.create_account(
        session,
        username,
        password,
        role=place.role,
        display_name=display_name,
        hashed=hashed,
        now=now,
    )
    account.must_change_password = must_change
    _put(account, place)
    session.flush()
    _tell(session, EventType.ACCOUNT_CREATED, account, actor, now, **_codes(place))
    return account


def change(
    session: Session,
    account: Account,
    *,
    place: Place,
    display_name: str,
    actor: Actor,
    now: datetime,
) -> Account:
    """Give the person another place or name; raise NotAllowed, or Conflict for the last one in."""
    before = place_of(account) if account.role else None
    if place != before:
        _require_another(account, actor)
        if place.role is not Role.ADMINISTRATOR:
            _require_not_last(session, account)
    elif display_name == account.display_name:
        return account
    _put(account, place)
    account.display_name = display_name
    _changed(session, account, actor, now, **_codes(place))
    return account


def disable(session: Session, account: Account, *, actor: Actor, now: datetime) -> Account:
    """停用: end the person's sessions at once and let nobody in; their work stays as it is."""
    _require_another(account, actor)
    _require_not_last(session, account)
    if account.disabled_at is None:
        account.disabled_at = now
        login_sessions.revoke_all(session, account, actor=actor, now=now)
        _changed(session, account, actor, now, disabled=True)
    return account


def enable(session: Session, account: Account, *, actor: Actor, now: datetime) -> Account:
    """启用: let the person in again, by the password they had."""
    if account.disabled_at is not None:
        account.disabled_at = None
        _changed(session, account, actor, now, disabled=False)
    return account


def unlock(session: Session, account: Account, *, actor: Actor, now: datetime) -> Account:
    """解锁: forget the wrong passwords that closed the account."""
    if account.locked_until or account.failed_sign_ins:
        signing_in.unlock(account)
        _changed(session, account, actor, now, unlocked=True)
    return account


def reset_password(
    session: Session, account: Account, *, actor: Actor, now: datetime, must_change: bool = True
) -> str:
    """重置密码: return a password to be shown once; sessions end, a lock is lifted."""
    if account.issuer:
        raise Conflict(
            f"{account.username} signs in at the site's own provider.",
            remedy="Reset the password there.",
        )
    password = passwords.temporary_password()
    account.password_hash = passwords.hash_password(password)
    account.must_change_password = must_change
    signing_in.unlock(account)
    login_sessions.revoke_all(session, account, actor=actor, now=now)
    _changed(session, account, actor, now, password_reset=True)
    return password


def _require_another(account: Account, actor: Actor) -> None:
    if actor.name == account.username:
        raise NotAllowed(
            "Nobody changes their own role, department, district or clearance, or disables "
            "themselves.",
            remedy="Ask another administrator.",
        )


def _require_not_last(session: Session, account: Account) -> None:
    if account.role != Role.ADMINISTRATOR or account.disabled_at is not None:
        return
    another = session.exec(
        select(Account.id).where(
            Account.role == Role.ADMINISTRATOR,
            col(Account.disabled_at).is_(None),
            Account.id != account.id,
        )
    ).first()
    if another is None:
        raise Conflict(
            f"{account.username} is the last administrator.",
            remedy="Make somebody else an administrator first.",
        )


def _put(account: Account, place: Place) -> None:
    account.role, account.department = place.role, place.department
    account.district, account.clearance = place.district, place.clearance


def _codes(place: Place) -> dict[str, str]:
    return {
        "role": place.role,
        "department": place.department,
        "district": place.district,
        "clearance": place.clearance,
    }


def _changed(session: Session, account: Account, actor: Actor, now: datetime, **refs: Any) -> None:
    account.version += 1
    session.flush()
    _tell(session, EventType.ACCOUNT_CHANGED, account, actor, now, **refs)


def _tell(
    session: Session,
    type: EventType,
    account: Account,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    chain = chain_of(account.username)
    events.append(session, type, chain=chain, actor=str(actor), now=now, **refs)
