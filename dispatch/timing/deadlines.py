"""哪一步起哪些时限: the clocks that begin with a step, as the profile says."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.rules import calendars, policies, policy_rows
from dispatch.rules.policies import Policy, StartEvent
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from dispatch.timing import clocks
from hotline.core.errors import Conflict


def start(
    session: Session,
    ticket: Ticket,
    begun: StartEvent,
    *,
    subject: str,
    now: datetime,
    without: Sequence[ClockKind] = (),
    ceiling_at: datetime | None = None,
) -> None:
    """Start every clock that the profile begins with this event, save those named.

    Each is due before `ceiling_at`, at once where that has passed. Raises Conflict when an order
    would go out with nothing that says by when it is answered.
    """
    if begun is StartEvent.DISPATCHED and ClockKind.REPLY_BY not in without:
        _require_reply(session, ticket, now=now)
    for policy in _beginning(session, ticket, begun, now=now):
        if policy.kind not in without:
            clocks.start(
                session,
                ticket,
                policy,
                calendars.of_subject(session, ticket, subject, policy),
                subject=subject,
                now=now,
                ceiling_at=ceiling_at,
            )


def first(session: Session, ticket: Ticket, *, subject: str, now: datetime) -> list[dict[str, Any]]:
    """Return the clocks, by columns, that begin with a ticket that is not written yet."""
    return [
        {
            **clocks.columns(
                policy, calendars.of_subject(session, ticket, subject, policy), now=now
            ),
            "subject": subject,
        }
        for policy in _beginning(session, ticket, StartEvent.REGISTERED, now=now)
    ]


def _beginning(
    session: Session, ticket: Ticket, begun: StartEvent, *, now: datetime
) -> Iterator[Policy]:
    """Yield the limits that the profile begins with this event, in the order of their kinds."""
    rows = policy_rows.current(session)
    may_begin = {row.kind for row in rows if row.starts_at is begun}
    for kind in [kind for kind in ClockKind if kind in may_begin]:
        policy = _row(ticket, kind, rows, now=now)
        if policy and policy.starts_at is begun:
            yield policy


def _row(
    ticket: Ticket, kind: ClockKind, rows: tuple[Policy, ...], *, now: datetime
) -> Policy | None:
    return policies.row_for(
        kind,
        RequestType(ticket.request_type),
        Urgency(ticket.urgency),
        now,
        time_class=TimeClass(ticket.time_class),
        policies=rows,
    )


def _require_reply(session: Session, ticket: Ticket, *, now: datetime) -> None:
    rows = policy_rows.current(session)
    if _row(ticket, ClockKind.REPLY_BY, rows, now=now) is None:
        raise Conflict(
            f"The limits set no reply_by for {ticket.request_type}, {ticket.urgency}, "
            f"{ticket.time_class}: nobody would know by when {ticket.number} is answered.",
            remedy="Have whoever keeps the limits import a row for it.",
        )
