"""A person who proved at the provider who they are: their account here is made, or follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from hotline.core import accounts
from hotline.core.accounts import MACHINE, Account
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.people import staff
from hotline.core.people.staff import Place, is_usable

MOST_NAME = 64
_CALLED = ("preferred_username", "email", "sub")


class Disabled(NotAllowed):
    title = "This account is disabled"


class NameTaken(Conflict):
    title = "The name belongs to another account"


@dataclass(frozen=True)
class Identity:
    """Whom the provider means; `subject` never changes there, names may."""

    issuer: str
    subject: str
    username: str
    display_name: str


def identity_in(claims: Mapping[str, Any]) -> Identity:
    """Return whom these claims, which hold, are about."""
    named = (str(claims.get(name, "")) for name in _CALLED)
    username = next(filter(is_usable, named), "")
    if not username:
        raise NotAllowed("The provider gives no name that can be used here.")
    display_name = str(claims.get("name") or username)[:MOST_NAME]
    return Identity(str(claims["iss"]), str(claims["sub"]), username, display_name)


def arrive(session: Session, who: Identity, place: Place, *, now: datetime) -> Account:
    """Return the person's account, made now or brought to what the provider says.

    Raises Disabled, or NameTaken for the name of an account that somebody else signs in to.
    """
    account = _of(session, who)
    if account is None:
        staff.one_at_a_time(session)
        account = _of(session, who) or _make(session, who, place, now)
    if account.disabled_at:
        raise Disabled(f"{account.username} is disabled.", remedy="Ask an administrator.")
    if staff.place_of(account) != place or account.display_name != who.display_name:
        account = staff.find(session, account.username, lock=True)
        named = who.display_name
        staff.change(session, account, place=place, display_name=named, actor=MACHINE, now=now)
    return account


def _of(session: Session, who: Identity) -> Account | None:
    return session.exec(
        select(Account).where(Account.issuer == who.issuer, Account.subject == who.subject)
    ).first()


def _make(session: Session, who: Identity, place: Place, now: datetime) -> Account:
    if accounts.find(session, who.username):
        raise NameTaken(
            f"Somebody else is called {who.username!r} here.",
            remedy="Ask an administrator: one of the two needs another name.",
        )
    account = staff.create(
        session,
        who.username,
        place,
        password="",
        display_name=who.display_name,
        must_change=False,
        actor=MACHINE,
        now=now,
    )
    account.issuer, account.subject = who.issuer, who.subject
    session.flush()
    return account
