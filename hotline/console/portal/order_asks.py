"""What was asked with an order and what came of it, as its department reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch import disclosure
from dispatch.beside import extensions, supervision
from dispatch.beside.models_beside import Supervision
from dispatch.handling import co_handling, info_requests
from dispatch.models import Ticket, WorkOrder
from dispatch.relaying import relays
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.console import moments
from hotline.console.words import name_of, say
from knowledge import names


@dataclass(frozen=True)
class Asked:
    """One thing that was asked: of whom or for what, in which words, and the answer."""

    kind: str  # a word of `portal_asked`
    what: str
    why: str
    status: str
    waits: bool
    when: str
    answer: str = ""
    id: int = 0
    open_form: bool = False  # the department itself has to answer


def asked_of(session: Session, ticket: Ticket, order: WorkOrder) -> list[Asked]:
    """Return everything that was asked with this order, what waits first."""
    found = [
        *_supervisions(session, order),
        *_questions(session, ticket, order),
        *_extensions(session, order),
        *_helps(session, order),
        *_relays(session, order),
    ]
    return sorted(found, key=lambda each: not each.waits)


def calling(session: Session, order: WorkOrder) -> bool:
    """Return whether a call through the relay is being made now."""
    return any(each.ended_at is None for each in relays.of_order(session, order))


def _supervisions(session: Session, order: WorkOrder) -> list[Asked]:
    return [_supervision(session, each) for each in supervision.of_order(session, order)]


def _supervision(session: Session, row: Supervision) -> Asked:
    waits = row.answered_at is None and row.lifted_at is None
    clock = clocks.running_of(session, supervision.subject(row), ClockKind.FEEDBACK_BY)
    due = say("portal.feedback_by", due=moments.full(clock.due_at)) if clock and waits else ""
    status = "waits" if waits else "lifted" if row.lifted_at else "answered"
    return Asked(
        "supervision",
        name_of("supervised", row.cause),
        row.instruction,
        say(f"portal.supervision_{status}"),
        waits,
        _joined(moments.full(row.raised_at), due),
        answer=row.feedback,
        id=row.id or 0,
        open_form=waits,
    )


def _questions(session: Session, ticket: Ticket, order: WorkOrder) -> list[Asked]:
    return [
        Asked(
            "question",
            row.question,
            "",
            say("portal.question_answered" if row.answered_at else "portal.question_waits"),
            row.answered_at is None,
            _joined(moments.full(row.asked_at), _full(row.answered_at)),
            answer=disclosure.for_department(ticket, row.answer),
        )
        for row in info_requests.of_order(session, order)
    ]


def _extensions(session: Session, order: WorkOrder) -> list[Asked]:
    return [
        Asked(
            "extension",
            say("order.extension_days", days=row.working_days),
            row.reason,
            name_of("extension_status", row.status),
            row.decided_at is None,
            _joined(
                moments.full(row.asked_at),
                say("order.extension_due", before=moments.full(row.due_before)),
                say("order.extension_new", after=_full(row.due_after)) if row.due_after else "",
            ),
            answer=row.note,
        )
        for row in extensions.of_order(session, order)
    ]


def _helps(session: Session, order: WorkOrder) -> list[Asked]:
    rows = co_handling.of_order(session, order)
    called = names.department_names(session, {row.department for row in rows})
    return [
        Asked(
            "help",
            called.get(row.department, row.department),
            row.reason,
            name_of("help_status", co_handling.status_of(order, row)),
            co_handling.status_of(order, row) is co_handling.CoHandlingStatus.ASKED,
            _joined(moments.full(row.asked_at), _full(row.decided_at)),
            answer=row.note,
        )
        for row in rows
    ]


def _relays(session: Session, order: WorkOrder) -> list[Asked]:
    return [
        Asked(
            "relay",
            say("portal.relay_count", count=row.count),
            "",
            name_of("relay_outcome", row.outcome) if row.outcome else say("portal.relay_rings"),
            row.ended_at is None,
            _joined(
                moments.full(row.asked_at),
                say("portal.relay_seconds", seconds=round(row.seconds)) if row.seconds else "",
            ),
        )
        for row in relays.of_order(session, order)
    ]


def _joined(*told: str) -> str:
    return " · ".join(each for each in told if each)


def _full(moment: datetime | None) -> str:
    return moments.full(moment) if moment else ""
