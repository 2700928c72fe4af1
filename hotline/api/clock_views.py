"""How a clock is shown: with why it is due when it is, in sentences that can be read out."""

from collections.abc import Iterable
from typing import TypeVar

from sqlmodel import Session

from dispatch import history
from dispatch.beside import suspensions
from dispatch.models import Clock, Ticket
from dispatch.timing import wording
from hotline.api.schemas import ClockOut

C = TypeVar("C", bound=ClockOut)


def explained(session: Session, ticket: Ticket, clocks: Iterable[Clock], shape: type[C]) -> list[C]:
    """Return the ticket's clocks in this shape, each with its words."""
    happened = history.story(session, ticket)
    return [
        shape.model_validate(
            {
                **clock.model_dump(),
                "why": wording.explain(
                    clock,
                    wording.changes_of(clock, happened),
                    waits=suspensions.reason_of(session, clock),
                ),
            }
        )
        for clock in clocks
    ]
