"""The seats of a made-up year: a shift each day, one in ten over midnight, each change an event."""

from sqlmodel import Session

from hotline.bench.report_year import DAYS, Year, copies
from hotline.core.accounts import Account, Role
from hotline.core.events import Audience, Event, EventType
from telephony.models import Seat

SEATS = 120
STEPS = 22  # of a day: ready, talks, writes, now and then a break; logs off at the end
MINUTES = 24  # from one to the next
_PLACE = f"((place - 1) / {DAYS * STEPS})"  # of the seat, from 0 on
_DAY = f"((place - 1) / {STEPS} % {DAYS})"
_STEP = f"((place - 1) % {STEPS})"
_STATUS = (
    f"CASE WHEN {_STEP} = {STEPS - 1} THEN 'logged_off' WHEN {_STEP} % 10 = 9 THEN 'paused' "
    f"WHEN {_STEP} % 3 = 0 THEN 'ready' WHEN {_STEP} % 3 = 1 THEN 'talking' ELSE 'wrap_up' END"
)


def fill(session: Session, year: Year) -> None:
    """Add the seats, whose they are, and all that they did; fewer in a smaller year."""
    seats = max(10, min(5 * SEATS, round(SEATS * year.tickets / 1_000_000)))
    account = Account(
        username="",
        display_name="",
        role=Role.AGENT,
        password_hash="",
        created_at=year.began,
    )
    named = "'seat' || place"
    copies(session, account, seats, {"id": "place", "username": named})
    held = Seat(account_id=0, username="", since=year.began)
    copies(session, held, seats, {"account_id": "place", "username": named})
    _changes(session, year, seats)


def _changes(session: Session, year: Year, seats: int) -> None:
    row = Event(
        at=year.began,
        type=EventType.SEAT_CHANGED,
        chain="",
        seq=0,
        actor="bench",
        audience=Audience.INTERNAL,
        refs={},
        prev_hash="",
        hash="",
    )
    begins = f"CASE WHEN {_PLACE} % 10 = 0 THEN 20 ELSE 8 + {_PLACE} % 6 END"
    spent = (
        f"interval '1 day' * {_DAY} + interval '1 hour' * ({begins})"
        f" + interval '1 minute' * {MINUTES} * {_STEP} + interval '1 second' * (place % 60)"
    )
    varying = {
        "chain": f"'seat:seat' || ({_PLACE} + 1)",
        "seq": f"1 + (place - 1) % {DAYS * STEPS}",
        "at": f"timestamptz '{year.began.isoformat()}' + {spent}",
        "refs": f"jsonb_build_object('status', {_STATUS})",
    }
    copies(session, row, seats * DAYS * STEPS, varying)
