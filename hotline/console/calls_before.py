"""来电弹屏: what the hotline knows of who calls, before anybody says a word; numbers masked."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dispatch import reminders
from dispatch.models import Ticket
from dispatch.sealing import reach
from dispatch.terms import RequestType, Urgency
from hotline.console import moments
from hotline.console.words import name_of, say
from hotline.core.accounts import Actor
from telephony import caring, lines
from telephony.models import Call, Direction

SHOWN = 5


@dataclass(frozen=True)
class Before:
    """One of the caller's earlier tickets; `open`: it can be asked after again (催办)."""

    number: str
    title: str
    type: str
    urgent: str
    status: str
    status_name: str
    at: str
    reminders: int
    open: bool


@dataclass(frozen=True)
class CallerView:
    """Who calls: how often they have called, and what they asked for."""

    masked: str
    language: str
    care: str  # elder, care, or nothing
    calls: int  # this one counted
    tickets: list[Before]
    more: int
    line: str = ""  # 来自: the merged line that was dialled, by number and name
    reminded: str = ""  # the number of the ticket that this call was a reminder of

    @property
    def first_open(self) -> str:
        """The number of the newest ticket that can be asked after, if there is one."""
        return next((each.number for each in self.tickets if each.open), "")


def caller_view(session: Session, call: Call, reader: Actor) -> CallerView:
    """Return what is known of the caller, as far as the reader may see it."""
    mine = (Ticket.person_id == call.person_id, reach.visible(reader))
    newest = select(Ticket).where(*mine).order_by(col(Ticket.id).desc()).limit(SHOWN)
    count = session.exec(select(func.count()).select_from(Ticket).where(*mine)).one()
    calls = select(func.count()).where(
        Call.person_id == call.person_id, Call.direction == Direction.IN
    )
    return CallerView(
        masked=call.caller_masked,
        language=name_of("language", call.language) if call.language else "",
        care=caring.care_of(session, call.person_id) or "",
        calls=session.exec(calls).one(),
        tickets=[_before(each, call) for each in session.exec(newest)],
        more=max(count - SHOWN, 0),
        line=line_words(session, call.line),
        reminded=_reminded(session, call),
    )


def line_words(session: Session, number: str) -> str:
    """Return what a merged line is called, as a page tells that a call came on it; else empty."""
    if not number:
        return ""
    name = lines.name_of(session, number)
    return say("lines.from_line", number=number, name=name).strip()


def _reminded(session: Session, call: Call) -> str:
    reminder = reminders.of_call(session, call.id)
    return session.get_one(Ticket, reminder.ticket_id).number if reminder else ""


def since(moment: datetime | None) -> str:
    """Return the moment for a page's own counting; empty for none."""
    return moment.isoformat() if moment else ""


def _before(ticket: Ticket, call: Call) -> Before:
    urgent = Urgency(ticket.urgency)
    return Before(
        number=ticket.number,
        title=ticket.title,
        type=RequestType(ticket.request_type).label,
        urgent="" if urgent is Urgency.NORMAL else urgent.label,
        status=ticket.status,
        status_name=name_of("ticket_status", ticket.status),
        at=moments.short(ticket.created_at),
        reminders=ticket.reminders,
        open=ticket.status in reminders.OPEN and ticket.call_id != call.id,
    )
