"""延期: asked for before the reply is due, granted or refused by somebody else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import extension_limits
from dispatch.beside.extension_limits import ExtensionStatus, extensible_clock, reply_clock
from dispatch.beside.models_beside import Extension
from dispatch.clustering import promises
from dispatch.handling import leads, orders
from dispatch.models import Ticket, WorkOrder
from dispatch.notices import caller_notices
from dispatch.rules import calendars
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.sealing import reach
from dispatch.states import OrderStatus
from dispatch.timing import clock_changes
from hotline.core import privacy
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import Audience, EventType

WHY = "延期"  # why a clock is due later, as its story says it


def request_extension(
    session: Session,
    order: WorkOrder,
    working_days: int,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Extension:
    """申请延期: ask for more working days; the reply clock runs on until somebody grants them.

    Raises Conflict unless the order is accepted, its reply is not due yet and the policy allows it.
    """
    if not reason.strip():
        raise Invalid("An extension needs its reason.", remedy="Say what takes longer, and why.")
    clock = extensible_clock(session, order, now=now)
    extension_limits.require_allowed(session, order, working_days, now=now)
    if asked_of(session, order):
        raise Conflict(
            f"An extension of order {order.number} is being decided.", remedy="Wait for that."
        )
    row = Extension(
        order_id=order.id or 0,
        count=len(of_order(session, order)) + 1,
        working_days=working_days,
        reason=privacy.mask_text(reason.strip()),
        status=ExtensionStatus.ASKED,
        asked_at=now,
        asked_by=str(actor),
        due_before=clock.due_at,
    )
    session.add(row)
    _note(session, order, row, EventType.EXTENSION_ASKED, actor=actor, now=now)
    return row


def decide_extension(
    session: Session,
    extension: Extension,
    granted: bool,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> Extension:
    """批复延期: the reply is due later and the caller is told so, or it stays and `note` says why.

    Raises NotAllowed for who asked, and Conflict when it is decided or too late to grant anything.
    """
    order = session.get_one(WorkOrder, extension.order_id)
    if str(actor) == extension.asked_by or actor.department == order.department:
        raise NotAllowed(
            f"{actor} asked for this extension.", remedy="Somebody else must decide it."
        )
    if extension.status != ExtensionStatus.ASKED:
        raise Conflict(f"It is {extension.status} already.", remedy="Read the order again.")
    if granted:
        _grant(session, order, extension, note, actor=actor, now=now)
        return extension
    if not note.strip():
        raise Invalid("A refusal needs its reason.", remedy="Say why in `note`.")
    _close(session, extension, ExtensionStatus.REFUSED, note, actor=actor, now=now)
    _note(session, order, extension, EventType.EXTENSION_REFUSED, actor=actor, now=now)
    return extension


def lapse(session: Session, order: WorkOrder, *, now: datetime) -> Extension | None:
    """Refuse, by the machine, what nobody decided before the reply was due or the order ended."""
    extension = asked_of(session, order)
    clock = reply_clock(session, order)
    waits = clock is not None and (bool(clock.waits_for) or now < clock.due_at)
    if extension is None or (waits and order.status == OrderStatus.ACCEPTED):
        return None
    _close(session, extension, ExtensionStatus.LAPSED, "", actor=MACHINE, now=now)
    refused = EventType.EXTENSION_REFUSED
    _note(session, order, extension, refused, actor=MACHINE, now=now, lapsed=True)
    return extension


def find(session: Session, order: WorkOrder, count: int) -> Extension:
    """Return the order's extension of this count, locked; raise NotFound."""
    row = session.exec(
        select(Extension)
        .where(Extension.order_id == order.id, Extension.count == count)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(f"Order {order.number} has no extension {count}.", remedy="List them.")
    return row


def of_order(session: Session, order: WorkOrder) -> Sequence[Extension]:
    """Return the order's extensions, oldest first."""
    return session.exec(
        select(Extension).where(Extension.order_id == order.id).order_by(col(Extension.count))
    ).all()


def asked_of(session: Session, order: WorkOrder) -> Extension | None:
    """Return the order's extension that nobody has decided yet."""
    asked = [each for each in of_order(session, order) if each.status == ExtensionStatus.ASKED]
    return asked[0] if asked else None


def register(
    session: Session,
    *,
    reader: Actor | None = None,
    status: ExtensionStatus | None = None,
    after: int = 0,
    limit: int = 50,
) -> Sequence[tuple[Extension, WorkOrder]]:
    """Return extensions with their orders as they were asked for; `after` is the last id seen."""
    query = (
        select(Extension, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == Extension.order_id)
        .where(col(Extension.id) > after, reach.orders(reader))
        .order_by(col(Extension.id))
    )
    if department := reach.department_of(reader):
        query = query.where(WorkOrder.department == department)
    if status:
        query = query.where(Extension.status == status)
    return session.exec(query.limit(limit)).all()


def _grant(
    session: Session,
    order: WorkOrder,
    extension: Extension,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    clock = extensible_clock(session, order, now=now)
    ticket = orders.ticket_of(session, order)
    extension.due_before = clock.due_at
    more = Limit(extension.working_days, LimitUnit.WORKING_DAYS)
    calendar = calendars.of_clock(session, ticket, clock)
    clock_changes.extend(session, clock, more, calendar, why=WHY, actor=actor, now=now)
    if clock.due_at <= extension.due_before:
        raise Conflict(
            "The order above this one is due at that moment: nothing would be won.",
            remedy="Extend the order above first.",
        )
    extension.due_after = clock.due_at
    _close(session, extension, ExtensionStatus.GRANTED, note, actor=actor, now=now)
    promised = leads.is_lead(order)  # the requester waits for that one
    audience = Audience.CALLER if promised else Audience.DEPARTMENT
    told = {"audience": audience, "due": clock.due_at.isoformat()}
    _note(session, order, extension, EventType.EXTENSION_GRANTED, actor=actor, now=now, **told)
    if promised:
        _owe(session, ticket, clock.due_at, now=now)
        _grant_followers(session, ticket, extension, clock.due_at, actor=actor, now=now)


def _grant_followers(
    session: Session,
    main: Ticket,
    extension: Extension,
    main_due: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give whoever was merged into the ticket the same time more, and tell each one so."""
    more = Limit(extension.working_days, LimitUnit.WORKING_DAYS)
    extended = promises.extend(session, main, more, why=WHY, actor=actor, now=now)
    for follower, own_due in extended:
        due = own_due or main_due
        history.record(
            session,
            follower,
            EventType.EXTENSION_GRANTED,
            actor=actor,
            now=now,
            audience=Audience.CALLER,
            count=extension.count,
            working_days=extension.working_days,
            due=due.isoformat(),
        )
        _owe(session, follower, due, now=now)


def _owe(session: Session, ticket: Ticket, due_at: datetime, *, now: datetime) -> None:
    due = beijing(due_at)
    day = f"{due.year}年{due.month}月{due.day}日"
    caller_notices.owe(session, ticket, caller_notices.EXTENDED, now=now, day=day)


def _close(
    session: Session,
    extension: Extension,
    status: ExtensionStatus,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    extension.status, extension.note = status, privacy.mask_text(note.strip())
    extension.decided_at, extension.decided_by = now, str(actor)
    session.add(extension)


def _note(
    session: Session,
    order: WorkOrder,
    extension: Extension,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    count, days = extension.count, extension.working_days
    orders.note(session, order, type, actor=actor, now=now, count=count, working_days=days, **refs)
