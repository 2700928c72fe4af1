"""告知承办单位: what the staff must know, once to each, and out by every channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text, tuple_, update
from sqlmodel import Session, col, select

from dispatch.notices.models_notices import StaffDelivery, StaffNotice
from dispatch.notices.notice_gateway import GatewayAway
from dispatch.notices.staff_gateways import Channel, StaffMessage, Way
from dispatch.sealing import reach
from hotline.core import arrays
from hotline.core.clock import beijing

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that one recipient must know; codes only, never a requester's words."""

    about: str
    recipient: str
    card: str
    says: str
    ticket: str
    order: str
    clock: str
    due_at: datetime | None


# The notice, which is its own delivery in the app, and a delivery for every way out, in one go.
_OWE = text(
    "WITH owed AS ("
    'INSERT INTO staff_notice (about, recipient, card, says, ticket, "order", clock, due_at, at) '
    "SELECT told.*, CAST(:now AS timestamptz) FROM unnest("
    "CAST(:about AS text[]), CAST(:recipient AS text[]), CAST(:card AS text[]), "
    "CAST(:says AS text[]), CAST(:ticket AS text[]), CAST(:order AS text[]), "
    "CAST(:clock AS text[]), CAST(:due_at AS timestamptz[])) AS told "
    "ON CONFLICT DO NOTHING RETURNING id) "
    "INSERT INTO staff_delivery (notice_id, channel, retry_at, tries) "
    "SELECT owed.id, way.channel, CAST(:now AS timestamptz), 0 "
    "FROM owed CROSS JOIN unnest(CAST(:channels AS text[])) AS way(channel)"
)
_TEXTS = ("about", "recipient", "card", "says", "ticket", "order", "clock")


def owe(session: Session, owed: Sequence[Owed], *, now: datetime) -> None:
    """Keep that these must be told; what a recipient was told about before is not told again."""
    if not owed:
        return
    columns = {name: arrays.of_texts([getattr(each, name) for each in owed]) for name in _TEXTS}
    due = {"due_at": arrays.of_moments([each.due_at for each in owed])}
    session.execute(_OWE, {**columns, **due, "now": now, "channels": list(Channel)})


def deliver(session: Session, channel: Channel, way: Way, *, now: datetime) -> int:
    """Hand a batch of waiting notices over by the channel's way; return how many were taken.

    None is offered twice at a time. What was not taken waits twice as long each time, an hour at
    most, and nothing else waits for it.
    """
    waiting = _claim(session, channel, limit=way.batch, now=now)
    if not waiting:
        return 0
    try:
        way.take([_message(notice) for _, notice in waiting])
    except GatewayAway as error:
        log.warning(
            "staff_notices.not_taken", channel=channel, count=len(waiting), why=error.detail
        )
        _put_off(session, [delivery for delivery, _ in waiting], now=now)
        return 0
    keys = [(delivery.notice_id, delivery.channel) for delivery, _ in waiting]
    ours = tuple_(col(StaffDelivery.notice_id), col(StaffDelivery.channel)).in_(keys)
    taken = update(StaffDelivery).where(ours)
    session.exec(taken.values(sent_at=now, tries=StaffDelivery.tries + 1))
    return len(keys)


def _put_off(session: Session, waiting: Sequence[StaffDelivery], *, now: datetime) -> None:
    for delivery in waiting:
        delivery.tries += 1
        delivery.retry_at = now + min(FIRST_WAIT * 2 ** (delivery.tries - 1), LONGEST_WAIT)
    session.flush()


def _claim(
    session: Session, channel: Channel, *, limit: int, now: datetime
) -> Sequence[tuple[StaffDelivery, StaffNotice]]:
    """Return the next batch to offer, locked; another deliverer skips it."""
    return session.exec(
        select(StaffDelivery, StaffNotice)
        .join(StaffNotice, col(StaffNotice.id) == StaffDelivery.notice_id)
        .where(StaffDelivery.channel == channel, col(StaffDelivery.sent_at).is_(None))
        .where(col(StaffDelivery.retry_at) <= now, reach.may_leave_by_number(StaffNotice.ticket))
        .order_by(col(StaffDelivery.retry_at), col(StaffDelivery.notice_id))
        .limit(limit)
        .with_for_update(of=StaffDelivery, skip_locked=True)
    ).all()


def _message(notice: StaffNotice) -> StaffMessage:
    return StaffMessage(
        id=f"staff-{notice.id}",
        to=notice.recipient,
        card=notice.card,
        says=notice.says,
        ticket=notice.ticket,
        order=notice.order,
        clock=notice.clock,
        due=beijing(notice.due_at).isoformat() if notice.due_at else "",
        about=notice.about,
    )
