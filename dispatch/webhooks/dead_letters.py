"""死信: what was given up after a day of tries is told of, and stays to be replayed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch.notices import staff_notices
from dispatch.webhooks import endpoints
from dispatch.webhooks.turns import Letter, Turn
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.events import Audience, EventType, News

SAYS = "webhook_dead"


def tell(session: Session, dead: Sequence[tuple[Turn, Letter]], *, now: datetime) -> None:
    """Leave an event of each, and once a day a notice to the department whose endpoint it is."""
    # A ping's sender looks itself.
    told = [(turn, letter) for turn, letter in dead if not letter.is_ping]
    events.append_many(session, [_news(turn, letter, now) for turn, letter in told])
    theirs = [each for each in told if each[0].endpoint.department]  # calls' is the site's own
    staff_notices.owe(session, [_owed(turn, letter, now) for turn, letter in theirs], now=now)


def _news(turn: Turn, letter: Letter, now: datetime) -> News:
    refs = {
        "webhook": str(turn.endpoint.id),
        "department": turn.endpoint.department,
        "delivery": letter.id,
        "ticket": letter.ticket,
        "subject": turn.subject,
    }
    chain = endpoints.chain(turn.endpoint.id)
    return News(EventType.WEBHOOK_DEAD, chain, str(MACHINE), now, Audience.INTERNAL, refs)


def _owed(turn: Turn, letter: Letter, now: datetime) -> staff_notices.Owed:
    return staff_notices.Owed(
        about=f"webhook:{turn.endpoint.id}:{beijing_day(now)}",
        recipient=f"department:{turn.endpoint.department}",
        card="red",
        says=SAYS,
        ticket=letter.ticket,
        order=turn.subject if turn.subject != letter.ticket else "",
        clock="",
        due_at=None,
    )
