"""哪一步起哪些时限: the clocks that begin with a step, as the profile says."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch import clocks, policies
from dispatch.models import Ticket
from dispatch.notices import load_calendar
from dispatch.policies import StartEvent
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency


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

    None of them is due later than `ceiling_at`.
    """
    calendar = load_calendar(ticket.district)
    for kind in [kind for kind in ClockKind if kind not in without]:
        policy = policies.row_for(
            kind,
            RequestType(ticket.request_type),
            Urgency(ticket.urgency),
            now,
            time_class=TimeClass(ticket.time_class),
        )
        if policy and policy.starts_at is begun:
            clocks.start(
                session,
                ticket,
                policy,
                calendar,
                subject=subject,
                now=now,
                ceiling_at=ceiling_at,
            )
