"""重新计时: letters' running clocks are reckoned by a holiday notice that came after they began.

Tickets' clocks are reckoned by `rules.reckon_all`, which goes from ticket to ticket.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from dispatch.letters import letter_clocks, subjects
from dispatch.letters.models_letters import Letter, LetterRecipient
from dispatch.models import Clock
from dispatch.rules import rules_stamp
from dispatch.timing import catching_up, clock_changes
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.db import transaction

BATCH = 100  # letters

log = structlog.get_logger()


def sweep() -> None:
    """Reckon batch by batch; what somebody writes to now is left to the next sweep."""
    reckoned = 0
    while done := _batch():
        reckoned += done
    if reckoned:
        log.info("letters.reckoned", clocks=reckoned)


def _batch() -> int:
    with transaction() as session:
        return reckon_batch(session, now=clock())


def reckon_batch(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Return how many clocks of the next letters were reckoned by the newest notice."""
    version = rules_stamp.current(session).calendar
    older = (
        select(Clock)
        .where(col(Clock.ticket_id).is_(None), col(Clock.stopped_at).is_(None))
        .where(Clock.calendar_version < version)
    )
    found = session.exec(older.order_by(col(Clock.id)).limit(most)).all()
    free = _lock_letters(session, {subjects.letter_id(each.subject) for each in found})
    mine = [each.id for each in found if subjects.letter_id(each.subject) in free]
    locked = older.where(col(Clock.id).in_(mine)).order_by(col(Clock.id))
    running = session.exec(
        locked.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).all()
    for each in running:
        _reckon(session, each, now=now)
    return len(running)


def _lock_letters(session: Session, ids: set[int]) -> Sequence[int]:
    """Return the letters that nobody writes to, locked."""
    free = select(Letter.id).where(col(Letter.id).in_(ids)).order_by(col(Letter.id))
    return [each or 0 for each in session.exec(free.with_for_update(skip_locked=True)).all()]


def _reckon(session: Session, clock: Clock, *, now: datetime) -> None:
    recipient = session.get_one(LetterRecipient, subjects.recipient_id(clock.subject))
    calendar = letter_clocks.calendar_of(session, recipient, clock)
    day = beijing_day(clock.started_at)
    why = "、".join(catching_up.notices_since(session, clock, calendar, day=day))
    clock_changes.reckon_anew(session, clock, calendar, why=why, actor=MACHINE, now=now)
