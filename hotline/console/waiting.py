"""在办事项: what waits in each register, as the domain lists it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from sqlmodel import Session

from dispatch.beside import asked, extensions, supervision, suspensions
from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.beside.models_beside import Supervision
from dispatch.handling import cases, info_requests
from dispatch.handling.cases import CaseStatus
from dispatch.models import WorkOrder
from dispatch.terms import ClockKind
from hotline.console.words import name_of, say
from hotline.core.accounts import Actor
from hotline.core.clock import BEIJING
from hotline.core.security import Permission

Place = tuple[datetime, int]
_REPLY = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)


class Register(StrEnum):
    ARBITRATIONS = "arbitrations"  # 会商
    SUPERVISIONS = "supervisions"  # 督办
    SUSPENSIONS = "suspensions"  # 挂账
    EXTENSIONS = "extensions"  # 延期待审
    QUESTIONS = "questions"  # 待补充


@dataclass(frozen=True)
class Waiting:
    """One line of a register; `owners` and `order` are codes, its clock runs on `subject`."""

    place: Place  # where the next page begins
    ticket_id: int
    what: str
    owners: tuple[str, ...]
    since: datetime
    clocks: Collection[ClockKind]
    subject: str = ""  # empty: the ticket's own
    mark: str = ""  # shown where no clock runs


Read = Callable[[Session, Actor, Place | None, int], list[Waiting]]


def arbitrations(session: Session, reader: Actor, after: Place | None, limit: int) -> list[Waiting]:
    """Return open cases, the longest open first."""
    return [
        Waiting(
            (each.opened_at, each.id or 0),
            each.ticket_id,
            name_of("contested", each.why),
            tuple(each.candidates),
            each.opened_at,
            (ClockKind.ARBITRATE_BY,),
        )
        for each in cases.listed(
            session, status=CaseStatus.OPEN, after=after, limit=limit, reader=reader
        )
    ]


def supervisions(session: Session, reader: Actor, after: Place | None, limit: int) -> list[Waiting]:
    """Return supervisions that are not lifted, as they were raised."""
    found = supervision.listed(
        session, reader=reader, still_open=True, after=_row(after), limit=limit
    )
    return [
        Waiting(
            (each.raised_at, each.id or 0),
            each.ticket_id,
            "：".join(filter(None, (name_of("supervised", each.cause), each.instruction))),
            _asked(session, each),
            each.raised_at,
            (ClockKind.FEEDBACK_BY,),
            supervision.subject(each),
            say("register.answered") if each.answered_at else "",
        )
        for each in found
    ]


def suspended(session: Session, reader: Actor, after: Place | None, limit: int) -> list[Waiting]:
    """Return what is suspended, the next day of review first."""
    seen = (after[0].date(), after[1]) if after else None
    return [
        Waiting(
            (datetime.combine(row.review_on, time(), BEIJING), row.id or 0),
            row.ticket_id,
            row.public_reason,
            (row.owner,),
            row.at,
            (ClockKind.REVIEW_BY,),
        )
        for row, _ in suspensions.register(session, after=seen, limit=limit, reader=reader)
    ]


def asked_extensions(
    session: Session, reader: Actor, after: Place | None, limit: int
) -> list[Waiting]:
    """Return extensions that nobody has decided, as they were asked for."""
    asked = ExtensionStatus.ASKED
    found = extensions.register(
        session, reader=reader, status=asked, after=_row(after), limit=limit
    )
    return [
        Waiting(
            (row.asked_at, row.id or 0),
            order.ticket_id,
            f"{say('order.extension_days', days=row.working_days)}：{row.reason}",
            (order.department,),
            row.asked_at,
            _REPLY,
            f"order:{order.number}",
        )
        for row, order in found
    ]


def questions(session: Session, reader: Actor, after: Place | None, limit: int) -> list[Waiting]:
    """Return what departments still wait to learn, as they asked it."""
    found = info_requests.register(
        session, reader=reader, open_only=True, after=_row(after), limit=limit
    )
    return [
        Waiting(
            (row.asked_at, row.id or 0),
            order.ticket_id,
            row.question,
            (order.department,),
            row.asked_at,
            _REPLY,
            f"order:{order.number}",
        )
        for row, order in found
    ]


READS: Mapping[Register, Read] = {
    Register.ARBITRATIONS: arbitrations,
    Register.SUPERVISIONS: supervisions,
    Register.SUSPENSIONS: suspended,
    Register.EXTENSIONS: asked_extensions,
    Register.QUESTIONS: questions,
}
PERMISSIONS: Mapping[Register, Permission] = {
    Register.ARBITRATIONS: Permission.TICKET_READ,
    Register.SUPERVISIONS: Permission.SUPERVISION_READ,
    Register.SUSPENSIONS: Permission.TICKET_READ,
    Register.EXTENSIONS: Permission.ORDER_READ,
    Register.QUESTIONS: Permission.ORDER_READ,
}


def _asked(session: Session, row: Supervision) -> tuple[str, ...]:
    """Return the department that answers: of its order, or of the ticket's lead."""
    order = session.get(WorkOrder, row.order_id) if row.order_id else None
    order = order or asked.order_asked(session, row)
    return (order.department,) if order else ()


def _row(after: Place | None) -> int:
    return after[1] if after else 0
