"""扫描: strike what has come due, a batch at a time; any number of sweeps may run at once.

Alarm, event, card and 督办 stand together or not at all: a sweep that dies left nothing half done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from dispatch.beside import supervision_rows
from dispatch.beside.supervision import OF_CLOCKS
from dispatch.beside.supervision_rows import Case
from dispatch.notices import staff_notices
from dispatch.notices.staff_notices import Owed
from dispatch.timing import clocks, owners, struck_on
from dispatch.timing.clocks import Threshold
from dispatch.timing.escalation import STEPS, Owner, recipient_of
from dispatch.timing.struck_on import ItsTicket, Thing
from hotline.core import arrays, events
from hotline.core.accounts import MACHINE
from hotline.core.events import Audience, News


@dataclass(frozen=True, slots=True)
class DueClock:
    """As much of a clock's row as striking it needs; without its trace, which is long."""

    id: int
    generation: int
    ticket_id: int | None  # None: a letter's
    kind: str
    subject: str
    limit: str
    warning_at: datetime
    due_at: datetime
    escalates_at: datetime


@dataclass(frozen=True, slots=True)
class Strike:
    """One threshold that this sweep struck."""

    clock: DueClock
    thing: Thing
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: clocks it found due, and thresholds it struck."""

    found: int
    struck: tuple[Strike, ...]


# No lock is waited for here, and each is one that a later statement needs: no ring can close.
# Whoever holds a ticket may wait for a clock that is claimed here; so a ticket's chain, which a
# member that leaves its cluster holds without its main ticket, is not waited for either.
_CLAIM = text(
    'SELECT id, generation, ticket_id, kind, subject, "limit", warning_at, due_at, escalates_at '
    "FROM clock WHERE next_alarm_at <= :now ORDER BY next_alarm_at LIMIT :limit "
    "FOR NO KEY UPDATE SKIP LOCKED"
)
# Statements of their own: they see what was committed until the locks were taken.
_PASSED = text(
    "SELECT alarm.clock_id, alarm.threshold FROM alarm JOIN "
    "unnest(CAST(:ids AS int[]), CAST(:generations AS int[])) AS due(id, generation) "
    "ON alarm.clock_id = due.id AND alarm.generation = due.generation"
)
_RAISE = text(
    "INSERT INTO alarm (clock_id, generation, threshold, at) "
    "SELECT due.*, CAST(:now AS timestamptz) FROM unnest(CAST(:ids AS int[]), "
    "CAST(:generations AS int[]), CAST(:thresholds AS text[])) AS due "
    "ON CONFLICT DO NOTHING RETURNING clock_id"
)
_MOVE_ON = text(
    "UPDATE clock SET next_alarm_at = due.following FROM unnest(CAST(:ids AS int[]), "
    "CAST(:followings AS timestamptz[])) AS due(id, following) WHERE clock.id = due.id"
)


def strike_batch(session: Session, *, now: datetime, limit: int = 500) -> Batch:
    """Strike the next threshold of up to `limit` clocks that have come due, oldest first.

    A clock that missed several stands before the next one afterwards. One whose ticket, or its
    history, somebody is writing to is left for the next batch.
    """
    session.flush()
    rows = session.execute(_CLAIM, {"now": now, "limit": limit}).all()
    due = [DueClock(*row) for row in rows]
    if not due:
        return Batch(0, ())
    held = struck_on.hold(session, due)
    struck = _strike(session, [clock for clock in due if clock.id in held], held, now)
    if struck:
        answerable = owners.find(session, struck)
        _react(session, struck, answerable, now=now)
        staff_notices.owe(session, [_owed(each, answerable) for each in struck], now=now)
    session.expire_all()  # what this session had read of these clocks is out of date now
    return Batch(len(due), tuple(struck))


def _strike(
    session: Session, due: Sequence[DueClock], held: Mapping[int, Thing], now: datetime
) -> list[Strike]:
    """Raise the alarm that each clock stands before, and set its next one."""
    if not due:
        return []
    left = _left(session, due)
    standing = [each for each in due if left[each.id]]
    raised = {
        **_keys(standing),
        "thresholds": arrays.of_texts([left[each.id][0] for each in standing]),
        "now": now,
    }
    added = set(session.execute(_RAISE, raised).scalars())
    followings = [
        clocks.moments(each)[left[each.id][1]] if len(left[each.id]) > 1 else None for each in due
    ]
    moved = {"ids": _keys(due)["ids"], "followings": arrays.of_moments(followings)}
    session.execute(_MOVE_ON, moved)
    return [Strike(each, held[each.id], left[each.id][0]) for each in standing if each.id in added]


def _left(session: Session, due: Sequence[DueClock]) -> dict[int, list[Threshold]]:
    """Return the thresholds that this generation of each clock has not passed yet."""
    passed: dict[int, set[str]] = {each.id: set() for each in due}
    for clock_id, threshold in session.execute(_PASSED, _keys(due)).all():
        passed[clock_id].add(threshold)
    return {clock_id: clocks.unstruck(struck) for clock_id, struck in passed.items()}


def _keys(due: Sequence[DueClock]) -> dict[str, str]:
    return {
        "ids": arrays.of_numbers([each.id for each in due]),
        "generations": arrays.of_numbers([each.generation for each in due]),
    }


def _react(
    session: Session, struck: Sequence[Strike], answerable: Mapping[str, Owner], *, now: datetime
) -> None:
    """Write what was struck into the histories, and after it the 督办 that it raises."""
    told = [_news(each, answerable[each.clock.subject], now) for each in struck]
    cases = [
        _case(each.clock, each.thing, answerable[each.clock.subject])
        for each in struck
        if each.threshold is Threshold.OVERDUE
        and each.clock.kind in OF_CLOCKS
        and isinstance(each.thing, ItsTicket)
    ]
    raised = supervision_rows.raise_many(session, cases, actor=MACHINE, now=now)
    events.append_many(session, [*told, *(each.news for each in raised)])


def _case(clock: DueClock, ticket: ItsTicket, owner: Owner) -> Case:
    terms = (ticket.district, ticket.request_type, ticket.urgency, ticket.time_class)
    cause = OF_CLOCKS[clock.kind]
    return Case(ticket.id, ticket.number, terms, owner, cause, owner.order_id)


def _news(struck: Strike, owner: Owner, now: datetime) -> News:
    clock, thing = struck.clock, struck.thing
    refs = {
        "ticket" if isinstance(thing, ItsTicket) else "letter": thing.number,
        "subject": clock.subject,
        "clock": clock.kind,
        "due": clock.due_at.isoformat(),
    }
    if owner.order:
        refs["order"] = owner.order
    if owner.department:
        refs["department"] = owner.department
    type = STEPS[struck.threshold].event
    return News(type, thing.chain, str(MACHINE), now, Audience.DEPARTMENT, refs)


def _owed(struck: Strike, answerable: Mapping[str, Owner]) -> Owed:
    clock, owner = struck.clock, answerable[struck.clock.subject]
    about = f"clock:{clock.id}:{clock.generation}:{struck.threshold}"
    of_ticket = isinstance(struck.thing, ItsTicket)
    return Owed(
        about=about if of_ticket else f"{struck.thing.chain}:{about}",
        recipient=recipient_of(clock.kind, struck.threshold, owner),
        card=STEPS[struck.threshold].card,
        says=struck.threshold,
        ticket=struck.thing.number if of_ticket else "",
        order=owner.order,
        clock=clock.kind,
        due_at=clock.due_at,
    )
