"""移交: to 110, 119, 120, 122, 信访 or another 12345; theirs once they acknowledge it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import supervision_moves
from dispatch.beside.models_beside import HandOver
from dispatch.ending import endings, receivers
from dispatch.ending.endings import Closing
from dispatch.ending.receivers import Receiver
from dispatch.handling import recalls
from dispatch.models import Ticket
from dispatch.notices import caller_notices
from dispatch.rules.policies import StartEvent
from dispatch.states import TicketAction, TicketStatus, advance_ticket
from dispatch.timing import deadlines
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import Audience, EventType
from hotline.core.settings import settings

HANDED_OVER = "handed_over"  # why its orders were recalled
# Another organ's file number, like 公（治）受案字〔2026〕第31号: Chinese only as its 字 and 号.
_WORD = r"(?:[\u4e00-\u9fff（）()]{1,10}(?:字|(?=[〔\[（(]\d)))?"
_YEAR = r"(?:[〔\[（(]\d{2,4}[〕\]）)])?"
_THEIR_NUMBER = re.compile(rf"(?=.{{1,40}}$){_WORD}{_YEAR}第?(?=.*\d)[0-9A-Za-z._/-]+号?")
# A mobile number, and an identity number by the birth date in it.
_SOMEBODYS = re.compile(
    r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)"
    r"|\d{6}(?:19\d|20[01])\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"
)
_REGION = re.compile(r"[1-8]\d{5}")


@dataclass(frozen=True)
class Transfer:
    """To whom and why, and whether the line was kept; `region` names the other 12345's district."""

    receiver: str
    reason: str
    line_kept: bool = False
    region: str = ""


def hand_over(
    session: Session, ticket: Ticket, given: Transfer, *, actor: Actor, now: datetime
) -> HandOver:
    """移交: open orders are recalled, every clock stops, the receiver's to acknowledge begins."""
    receiver, reason = receivers.find(given.receiver), given.reason.strip()
    _check(receiver, given.region)
    if not reason:
        raise Invalid("A hand-over needs its reason.", remedy="Say what the receiver must know.")
    advance_ticket(TicketStatus(ticket.status), TicketAction.HAND_OVER)
    recalls.take_back_open(session, ticket, why=HANDED_OVER, actor=actor, now=now)
    endings.end(session, ticket, TicketAction.HAND_OVER, now=now)
    row = HandOver(
        ticket_id=ticket.id or 0,
        receiver=receiver.code,
        region=given.region,
        reason=privacy.mask_text(reason),
        line_kept=given.line_kept,
        at=now,
        by=str(actor),
    )
    session.add(row)
    _note(session, ticket, row, EventType.TICKET_HANDED_OVER, actor=actor, now=now)
    subject = history.chain(ticket)
    deadlines.start(session, ticket, StartEvent.HANDED_OVER, subject=subject, now=now)
    told = {"receiver": receiver.title}
    caller_notices.owe(session, ticket, caller_notices.HANDED_OVER, now=now, **told)
    return row


def acknowledge(
    session: Session, hand_over: HandOver, their_number: str, *, actor: Actor, now: datetime
) -> HandOver:
    """Keep that the receiver took it, by its own number: only now is the ticket at its end.

    The caller is told both numbers; the history names neither. Raises Invalid for what is no file
    number or is a person's, Conflict when that is done already or taken back.
    """
    ticket = session.get_one(Ticket, hand_over.ticket_id)
    number = their_number.strip()
    if not _THEIR_NUMBER.fullmatch(number) or _SOMEBODYS.search(number):
        raise Invalid(
            "That is no file number.",
            remedy="Give the receiver's own, like JJ20261125-0031 or 受案字〔2026〕31号.",
        )
    present = ticket.status == TicketStatus.HANDED_OVER and latest(session, ticket) is hand_over
    if hand_over.acknowledged_at or not present:
        raise Conflict(
            f"This hand-over of ticket {ticket.number} waits for nobody.",
            remedy="Read the ticket again: it was acknowledged or taken back.",
        )
    hand_over.acknowledged_at, hand_over.acknowledged_by = now, str(actor)
    hand_over.their_number = number
    session.add(hand_over)
    ticket.closing, ticket.closed_at = Closing.HANDED_OVER, now
    endings.stop_clocks(session, ticket, now=now)
    supervision_moves.lift_all(session, ticket, now=now)
    _note(session, ticket, hand_over, EventType.HAND_OVER_ACKNOWLEDGED, actor=actor, now=now)
    told = {"receiver": receivers.find(hand_over.receiver).title, "their_number": number}
    caller_notices.owe(session, ticket, caller_notices.ACKNOWLEDGED, now=now, **told)
    return hand_over


def of_ticket(session: Session, ticket: Ticket) -> Sequence[HandOver]:
    """Return the ticket's hand-overs, oldest first; the last one is the present one."""
    rows = select(HandOver).where(HandOver.ticket_id == ticket.id)
    return session.exec(rows.order_by(col(HandOver.id))).all()


def latest(session: Session, ticket: Ticket) -> HandOver:
    """Return the ticket's newest hand-over, locked; raise NotFound."""
    row = session.exec(
        select(HandOver)
        .where(HandOver.ticket_id == ticket.id)
        .order_by(col(HandOver.id).desc())
        .limit(1)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound(f"Ticket {ticket.number} was not handed over.", remedy="Hand it over first.")
    return row


def _note(
    session: Session,
    ticket: Ticket,
    row: HandOver,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    refs = {"region": row.region} if row.region else {}
    history.record(
        session,
        ticket,
        type,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        receiver=row.receiver,
        line_kept=row.line_kept,
        **refs,
    )


def _check(receiver: Receiver, region: str) -> None:
    """Refuse a region where none belongs, a code that is none, and our own."""
    if not receiver.needs_region:
        if region:
            raise Invalid(f"{receiver.code} takes no region.", remedy="Leave `region` out.")
        return
    if not _REGION.fullmatch(region):
        raise Invalid(f"{region!r} is no district code.", remedy="Give six digits, like 510100.")
    if region[:4] == settings().district[:4]:
        raise Invalid(f"{region} is our own region.", remedy="Dispatch the ticket here.")
