"""找人: the accounts that an administrator looks for, by name, role, place and state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from hotline.core.accounts import Account


class State(StrEnum):
    """How an account stands."""

    ACTIVE = "active"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Sought:
    """What is looked for; what is empty is not asked."""

    words: str = ""  # part of a username or a name
    role: str = ""
    department: str = ""
    district: str = ""
    state: str = ""


def found(
    session: Session, sought: Sought, *, now: datetime, after: str = "", limit: int
) -> Sequence[Account]:
    """Return accounts by username, those after this one."""
    query = select(Account).where(*_conditions(sought, now), col(Account.username) > after)
    return session.exec(query.order_by(col(Account.username)).limit(limit)).all()


def state_of(account: Account, *, now: datetime) -> State:
    """Return how the account stands now."""
    if account.disabled_at:
        return State.DISABLED
    locked = account.locked_until is not None and account.locked_until > now
    return State.LOCKED if locked else State.ACTIVE


def _conditions(sought: Sought, now: datetime) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if sought.words:
        named = (col(Account.username), col(Account.display_name))
        asked.append(or_(*(each.icontains(sought.words, autoescape=True) for each in named)))
    for column, value in (
        (col(Account.role), sought.role),
        (col(Account.department), sought.department),
        (col(Account.district), sought.district),
    ):
        if value:
            asked.append(column == value)
    locked = col(Account.locked_until) > now
    if sought.state == State.DISABLED:
        asked.append(col(Account.disabled_at).is_not(None))
    elif sought.state == State.LOCKED:
        asked += [locked, col(Account.disabled_at).is_(None)]
    elif sought.state == State.ACTIVE:
        asked += [
            col(Account.disabled_at).is_(None),
            or_(col(Account.locked_until).is_(None), ~locked),
        ]
    return asked
