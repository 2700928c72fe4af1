"""热点预警 as people work on them: read, named an owner, decided; within the reader's area.

A total counts every ticket of its place, and each ticket is shown to whom it may be shown alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from dispatch.hot.models_hot import HotAlert, HotAlertTicket
from dispatch.hot.raising import chain, tell
from dispatch.hot.states import Action, State, advance
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.core import accounts, events, newest
from hotline.core.accounts import Account, Actor, Role
from hotline.core.errors import Invalid, NotFound
from hotline.core.events import Event, EventType
from hotline.core.security import Permission, may

SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """Which alerts: in these states (empty: all), of this owner (empty: anybody's)."""

    states: Sequence[State] = ()
    owner: str = ""


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    before: tuple[datetime, int] | None = None,
    limit: int = SHOWN,
) -> Sequence[HotAlert]:
    """Return alerts, the newest first; `before` is the moment and id of the last one seen."""
    query = select(HotAlert).where(in_area(reader))
    if wanted.states:
        query = query.where(col(HotAlert.state).in_(wanted.states))
    if wanted.owner:
        query = query.where(HotAlert.owner == wanted.owner)
    at, id = col(HotAlert.raised_at), col(HotAlert.id)
    return newest.page(session, query, at, id, before=before, limit=limit)


def find(session: Session, alert_id: int, *, reader: Actor, lock: bool = False) -> HotAlert:
    """Return the alert; raise NotFound, for one out of the reader's area too."""
    query = select(HotAlert).where(HotAlert.id == alert_id, in_area(reader))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no hot issue {alert_id}.", remedy="Take one from the list.")
    return found


def tickets(
    session: Session, alert: HotAlert, *, reader: Actor, limit: int = SHOWN
) -> Sequence[Ticket]:
    """Return the alert's tickets that the reader may see, the newest first."""
    mine = select(Ticket).join(HotAlertTicket, col(HotAlertTicket.ticket_id) == Ticket.id)
    mine = mine.where(HotAlertTicket.alert_id == alert.id, reach.visible(reader))
    return session.exec(mine.order_by(col(Ticket.id).desc()).limit(limit)).all()


def assign(
    session: Session, alert: HotAlert, owner: str, *, actor: Actor, now: datetime
) -> HotAlert:
    """指定责任人: by hand; raise Invalid for who may not decide on it, Conflict once decided."""
    alert.state = advance(State(alert.state), Action.ASSIGN)
    account = accounts.find(session, owner)
    if account is None or not _may_own(session, account, alert):
        raise Invalid(
            f"{owner!r} may not decide on this hot issue.",
            remedy="Name a team lead or a supervisor of its place.",
        )
    alert.owner, alert.owned_at, alert.owned_by = owner, now, str(actor)
    tell(session, alert, EventType.HOT_ASSIGNED, actor=str(actor), now=now, owner=owner)
    return alert


def may_own(session: Session, alert: HotAlert) -> list[Account]:
    """Return whoever may be named its owner, by name."""
    inside = [role for role in Role if may(Actor("", role, "?"), Permission.HOT_DECIDE)]
    people = session.exec(
        select(Account)
        .where(col(Account.role).in_(inside), col(Account.disabled_at).is_(None))
        .order_by(col(Account.username))
    ).all()
    return [each for each in people if _may_own(session, each, alert)]


def story(session: Session, alert: HotAlert) -> Sequence[Event]:
    """Return all that happened to the alert, oldest first."""
    return events.history(session, chain(alert))


def in_area(reader: Actor, alert: Any = HotAlert) -> ColumnElement[bool]:
    """Return the condition that the alert's place lies in the reader's area."""
    return reach.in_area(reader, SimpleNamespace(district=alert.place))


def _may_own(session: Session, account: Account, alert: HotAlert) -> bool:
    actor = accounts.as_actor(account)
    if account.disabled_at or not may(actor, Permission.HOT_DECIDE):
        return False
    mine = select(HotAlert.id).where(HotAlert.id == alert.id, in_area(actor))
    return session.exec(mine).first() is not None
