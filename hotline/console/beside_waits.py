"""会商、督办、挂账 beside a ticket: what it waits for, and what has been settled."""

from sqlmodel import Session, col, select

from dispatch.beside import asked, supervision, suspensions
from dispatch.beside.models_beside import Arbitration, Supervision
from dispatch.handling import cases
from dispatch.handling.cases import CaseStatus
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.terms import ClockKind
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.things import Fact, Thing, facts, joined
from hotline.console.words import name_of
from knowledge import names


def contested(session: Session, ticket: Ticket) -> list[Thing]:
    """Return each case with those who are heard, when it is due, and what was decided."""
    return [_case(session, ticket, each) for each in cases.of_ticket(session, ticket)]


def supervised(session: Session, ticket: Ticket) -> list[Thing]:
    """Return each supervision with what was asked, of whom, and what they answered."""
    return [_supervision(session, each) for each in supervision.of_ticket(session, ticket)]


def suspended(session: Session, ticket: Ticket) -> list[Thing]:
    """Return what waits until which day, in whose care, and the reason that all may know."""
    found = suspensions.of_ticket(session, ticket)
    who = called(session, {name for each in found for name in (each.owner, each.by)})
    return [
        Thing(
            "suspended",
            facts(
                Fact("review_on", moments.day(each.review_on)),
                Fact("public_reason", each.public_reason),
                Fact("owner", who[each.owner]),
                Fact("by", who[each.by]),
                Fact("at", moments.full(each.at)),
                Fact("ended", moments.full(each.ended_at) if each.ended_at else ""),
                Fact("outcome", name_of("suspension_outcome", each.outcome)),
            ),
            is_open=each.ended_at is None,
            is_past=each.ended_at is not None,
            form="" if each.ended_at else "resume",
        )
        for each in found
    ]


def _case(session: Session, ticket: Ticket, case: Arbitration) -> Thing:
    status = cases.status_of(session, case)
    waits = status is CaseStatus.OPEN
    known = names.department_names(session, [*case.candidates, case.department])
    heard = tuple(known.get(code, code) for code in case.candidates)
    who = called(session, {case.opened_by, case.decided_by})
    due = _due(session, f"ticket:{ticket.number}", ClockKind.ARBITRATE_BY) if waits else ""
    decided = moments.full(case.decided_at) if case.decided_at and not waits else ""
    return Thing(
        "contested",
        facts(
            Fact("why", name_of("contested", case.why)),
            Fact("note", case.note),
            Fact("candidates", joined(heard)),
            Fact("due", due),
            Fact("by", who[case.opened_by]),
            Fact("at", moments.full(case.opened_at)),
            Fact("state", name_of("case_status", status)),
            Fact("decided_for", known.get(case.department, case.department)),
            Fact("basis", case.basis),
            Fact("decided_by", who[case.decided_by] if case.department else ""),
            Fact("decided", decided),
        ),
        is_open=waits,
        is_past=status is CaseStatus.LAPSED,
        form="decide" if waits else "",
        id=case.id or 0,
        choices=heard,
    )


def _supervision(session: Session, row: Supervision) -> Thing:
    order = _asked(session, row)
    who = called(session, {row.raised_by, row.answered_by, row.lifted_by})
    lead = names.department_names(session, [order.department] if order else [])
    due = "" if row.answered_at else _due(session, supervision.subject(row), ClockKind.FEEDBACK_BY)
    lifted = row.lifted_at is not None
    return Thing(
        "supervised",
        facts(
            Fact("cause", name_of("supervised", row.cause)),
            Fact("instruction", row.instruction),
            Fact("department", lead.get(order.department, order.department) if order else ""),
            Fact("order", order.number if order else ""),
            Fact("by", who[row.raised_by]),
            Fact("at", moments.full(row.raised_at)),
            Fact("feedback_by", "" if lifted else due),
            Fact("feedback", row.feedback),
            Fact("answered_by", who[row.answered_by] if row.answered_at else ""),
            Fact("lifted", moments.full(row.lifted_at) if row.lifted_at else ""),
            Fact("note", row.note),
        ),
        is_open=not lifted,
        is_past=lifted,
        form="" if lifted else "lift",
        id=row.id or 0,
        unanswered=row.answered_at is None,
    )


def _asked(session: Session, row: Supervision) -> WorkOrder | None:
    """Return the supervised order; of a ticket's supervision the lead's, while it is open."""
    if row.order_id:
        return session.get_one(WorkOrder, row.order_id)
    return None if row.lifted_at else asked.order_asked(session, row)


def _due(session: Session, subject: str, kind: ClockKind) -> str:
    found = session.exec(
        select(Clock.due_at).where(
            Clock.subject == subject, Clock.kind == kind, col(Clock.stopped_at).is_(None)
        )
    ).first()
    return moments.full(found) if found else ""
