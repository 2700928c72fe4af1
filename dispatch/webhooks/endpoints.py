"""推送地址: where a department's systems listen, set up by itself or by an administrator."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from dispatch.webhooks import lanes, signing
from dispatch.webhooks.addresses import Networks, check_url
from dispatch.webhooks.models_webhooks import WebhookDelivery, WebhookEndpoint, WebhookLane
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.event_types import EventType
from knowledge.models import Department

MOST = 10  # endpoints of one department
LONGEST_OVERLAP = timedelta(days=7)
# What happens to a department's orders, as its feed tells it (`dispatch.feed`).
_OF_ORDERS = ("order.", "extension.", "supervision.", "clock.", "attachment.", "ticket.")
_TOLD = (*_OF_ORDERS, "letter.")
TYPES = frozenset(each for each in EventType if each.startswith(_TOLD))


@dataclass(frozen=True)
class Wanted:
    """What an endpoint shall be: where, called what, and told which events (none: all)."""

    url: str
    label: str = ""
    types: tuple[str, ...] = ()


def department_of(actor: Actor, named: str = "") -> str:
    """Return whose endpoints the actor manages; raise NotAllowed for another department's.

    An administrator manages every department's: empty where none is named.
    """
    if actor.role is Role.ADMINISTRATOR:
        return named
    if not actor.department or named not in ("", actor.department):
        raise NotAllowed(
            f"{actor} manages no webhooks of {named or 'any department'}.",
            remedy="Use a key of that department.",
        )
    return actor.department


def create(
    session: Session,
    department: str,
    wanted: Wanted,
    *,
    networks: Networks,
    actor: Actor,
    now: datetime,
) -> tuple[WebhookEndpoint, str]:
    """Return a new endpoint and its secret, which can't be shown again; raise Invalid, NotFound."""
    check_url(wanted.url, networks)
    known = select(Department).where(Department.code == department).with_for_update()
    if session.exec(known).first() is None:
        raise NotFound(f"There is no department {department!r}.", remedy="Name one.")
    if len(listed(session, department)) >= MOST:
        raise Conflict(f"{department} has {MOST} endpoints.", remedy="Delete one it needs no more.")
    made, secret = uuid.uuid4(), signing.new_secret()
    endpoint = WebhookEndpoint(
        id=made,
        department=department,
        url=wanted.url,
        label=wanted.label,
        types=_known(wanted.types),
        sealed_secret=signing.seal(secret, made),
        created_at=now,
        created_by=str(actor),
        version=0,  # its first event counts it up
    )
    session.add(endpoint)
    _tell(session, endpoint, "created", actor, now)
    return endpoint, secret


def listed(session: Session, department: str) -> Sequence[WebhookEndpoint]:
    """Return the department's endpoints, the oldest first; without one, everybody's."""
    query = select(WebhookEndpoint)
    if department:
        query = query.where(WebhookEndpoint.department == department)
    order = col(WebhookEndpoint.created_at), col(WebhookEndpoint.id)
    return session.exec(query.order_by(*order)).all()


def find(
    session: Session, endpoint_id: uuid.UUID, *, actor: Actor, lock: bool = False
) -> WebhookEndpoint:
    """Return the endpoint; raise NotFound, for another department's too."""
    query = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
    if lock:
        query = query.with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    whose = department_of(actor)
    if found is None or (whose and found.department != whose):
        raise NotFound(f"There is no webhook {endpoint_id}.", remedy="List them.")
    return found


def change(
    session: Session,
    endpoint: WebhookEndpoint,
    wanted: Wanted,
    *,
    networks: Networks,
    actor: Actor,
    now: datetime,
) -> None:
    """Send to another URL, or other events, from now on; what waits is tried at once."""
    check_url(wanted.url, networks)
    endpoint.url, endpoint.label = wanted.url, wanted.label
    endpoint.types = _known(wanted.types)
    lanes.try_now(session, endpoint.id, now=now)
    _tell(session, endpoint, "changed", actor, now)


def rotate(
    session: Session, endpoint: WebhookEndpoint, *, overlap: timedelta, actor: Actor, now: datetime
) -> str:
    """Return a new secret; the old one signs beside it for the overlap, at most a week."""
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid(f"Two secrets can't hold for {overlap}.", remedy="A week at most.")
    secret = signing.new_secret()
    endpoint.previous_secret = endpoint.sealed_secret if overlap else None
    endpoint.previous_until = now + overlap if overlap else None
    endpoint.sealed_secret = signing.seal(secret, endpoint.id)
    _tell(session, endpoint, "rotated", actor, now)
    return secret


def disable(session: Session, endpoint: WebhookEndpoint, *, actor: Actor, now: datetime) -> None:
    """Send nothing until it is enabled again; what happens meanwhile is kept in its order."""
    if endpoint.disabled_at is None:
        endpoint.disabled_at, endpoint.disabled_by = now, str(actor)
        _tell(session, endpoint, "disabled", actor, now)


def enable(session: Session, endpoint: WebhookEndpoint, *, actor: Actor, now: datetime) -> None:
    """Send again, at once what waits."""
    if endpoint.disabled_at is not None:
        endpoint.disabled_at, endpoint.disabled_by = None, ""
        lanes.try_now(session, endpoint.id, now=now)
        _tell(session, endpoint, "enabled", actor, now)


def remove(session: Session, endpoint: WebhookEndpoint, *, actor: Actor, now: datetime) -> None:
    """Forget the endpoint, with all that waits for it."""
    lanes.hold_all(session, endpoint.id)
    for table in (WebhookDelivery, WebhookLane):
        session.exec(delete(table).where(col(table.endpoint_id) == endpoint.id))
    _tell(session, endpoint, "deleted", actor, now)
    session.delete(endpoint)
    session.flush()


def _tell(
    session: Session, endpoint: WebhookEndpoint, change: str, actor: Actor, now: datetime
) -> None:
    """Leave the event. The lanes, where they are needed, are locked before the event's chain."""
    endpoint.version += 1
    session.add(endpoint)
    events.append(
        session,
        EventType.WEBHOOK_CHANGED,
        chain=chain(endpoint.id),
        actor=str(actor),
        now=now,
        webhook=str(endpoint.id),
        department=endpoint.department,
        change=change,
    )


def chain(endpoint: uuid.UUID) -> str:
    """Return the name of the endpoint's chain of events."""
    return f"webhook:{endpoint}"


def _known(types: Sequence[str]) -> list[str]:
    """Return the event types, each once; raise Invalid for one that departments are never told."""
    for each in types:
        if each not in TYPES:
            raise Invalid(f"No webhook is ever of {each!r}.", remedy="See docs/webhooks.md.")
    return list(dict.fromkeys(types))
