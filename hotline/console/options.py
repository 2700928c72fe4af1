"""What the forms on a ticket's page let one choose from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.beside.suspension_rules import months_after
from dispatch.beside.suspensions import Outcome
from dispatch.ending import answers, declines, receivers
from dispatch.ending.declines import Ground
from dispatch.ending.endings import REDO_REASONS, Closing, RedoReason
from dispatch.ending.receivers import Receiver
from dispatch.ending.withdrawals import Wish
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.core.clock import beijing_day
from hotline.core.settings import settings

# How a person may end a suspension; the other outcomes are the system's.
RESUMPTIONS = (Outcome.FEASIBLE, Outcome.MISTAKEN)


@dataclass(frozen=True)
class Options:
    """Reasons and receivers by code; the first and the last day on which a review is possible."""

    closings: tuple[Closing, ...]
    grounds: tuple[Ground, ...]
    receivers: tuple[Receiver, ...]
    wishes: tuple[Wish, ...]
    redos: tuple[RedoReason, ...]
    resumptions: tuple[Outcome, ...]
    review_from: date
    review_until: date


def options(ticket: Ticket, *, now: datetime) -> Options:
    """Return what can be chosen for this ticket today."""
    today = beijing_day(now)
    return Options(
        closings=answers.ON_THE_LINE,
        grounds=tuple(declines.grounds().values()),
        receivers=tuple(receivers.receivers().values()),
        wishes=tuple(Wish),
        redos=REDO_REASONS.get(TicketStatus(ticket.status), ()),
        resumptions=RESUMPTIONS,
        review_from=today + timedelta(days=1),
        review_until=months_after(today, settings().suspension_months),
    )
