"""A bad rating as a line of a list and as its own page's facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.models import Rating, Ticket
from dispatch.ratings import appeals, reading
from dispatch.ratings.models_ratings import BadRating, RatingAppeal, RatingExclusion
from dispatch.ratings.reading import Wanted
from dispatch.ratings.stages import OPEN
from hotline.console import moments
from hotline.console.frame import Viewer
from hotline.console.story import Callings
from hotline.console.words import name_of, say
from hotline.console.writes import LARGEST_ROW
from hotline.core.errors import NotFound
from hotline.web.paging import decode_cursor, encode_cursor
from knowledge import names

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One bad rating in words; `next` says what waits and until when."""

    id: int
    version: int
    number: str
    department: str
    grade: str
    reasons: str
    via: str
    stage: str
    open: bool
    opened: str
    verdict: str
    next: str
    late: bool
    excluded: str


@dataclass(frozen=True)
class _Beside:
    """What stands beside bad ratings, by the ids that they name it by."""

    numbers: Mapping[int | None, str]  # of tickets
    ratings: Mapping[int | None, Rating]
    departments: Mapping[str, str]
    excluded: Mapping[int, str]  # why a rating is
    appeals: Mapping[int | None, RatingAppeal]


@dataclass(frozen=True)
class Pleaded:
    """An appeal in words."""

    at: str
    by: str
    ground: str
    statement: str
    files: Sequence[str]
    decide_by: str
    decided: str
    decided_by: str
    outcome: str
    note: str


def found(session: Session, viewer: Viewer, bad_id: int, *, lock: bool = False) -> BadRating:
    """Return the bad rating that an address names; raise NotFound, for no number of a row too."""
    if not 0 < bad_id <= LARGEST_ROW:
        raise NotFound(f"There is no bad rating {bad_id}.")
    return reading.find(session, bad_id, reader=viewer.actor, lock=lock)


def listed(
    session: Session, wanted: Wanted, viewer: Viewer, on: str, *, now: datetime
) -> tuple[Sequence[BadRating], str]:
    """Return a page of bad ratings and where the next one begins; empty on the last."""
    reader, before = viewer.actor, decode_cursor(on)
    rows = reading.listed(session, wanted, reader=reader, before=before, now=now, limit=SHOWN + 1)
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    return rows[:SHOWN], encode_cursor(last.opened_at, last.id or 0) if last else ""


def lines(session: Session, found: Sequence[BadRating], *, now: datetime) -> list[Line]:
    """Return the bad ratings as lines, in five queries however many they are."""
    wanted = col(Ticket.id).in_([each.ticket_id for each in found])
    given = [each.rating_id for each in found]
    excluded = select(RatingExclusion).where(col(RatingExclusion.rating_id).in_(given))
    ids = [each.id for each in found]
    pleas = select(RatingAppeal).where(col(RatingAppeal.bad_rating_id).in_(ids))
    beside = _Beside(
        {each.id: each.number for each in session.exec(select(Ticket).where(wanted))},
        {each.id: each for each in session.exec(select(Rating).where(col(Rating.id).in_(given)))},
        names.department_names(session, {each.department for each in found} - {""}),
        {each.rating_id: each.reason for each in session.exec(excluded)},
        {each.bad_rating_id: each for each in session.exec(pleas)},
    )
    return [_line(each, beside, now) for each in found]


def plea(session: Session, bad: BadRating, *, callings: Callings) -> Pleaded | None:
    """Return the rating's appeal in words, if there is one."""
    row = appeals.of(session, bad)
    if row is None:
        return None
    people = callings(session, {row.by, row.decided_by} - {""})
    outcome = "" if row.upheld is None else say(f"ratings.upheld_{str(row.upheld).lower()}")
    return Pleaded(
        at=moments.short(row.at),
        by=people.get(row.by, row.by),
        ground=name_of("rating_ground", row.ground),
        statement=row.statement,
        files=row.attachments,
        decide_by=moments.full(row.decide_by),
        decided=moments.short(row.decided_at) if row.decided_at else "",
        decided_by=people.get(row.decided_by, row.decided_by),
        outcome=outcome,
        note=row.decision_note,
    )


def _line(bad: BadRating, beside: _Beside, now: datetime) -> Line:
    rating = beside.ratings[bad.rating_id]
    due = _due(bad, beside.appeals.get(bad.id))
    excluded = beside.excluded.get(bad.rating_id)
    return Line(
        id=bad.id or 0,
        version=bad.version,
        number=beside.numbers[bad.ticket_id],
        department=beside.departments.get(bad.department) or say("ratings.nobody"),
        grade=name_of("rating", rating.satisfaction),
        reasons="、".join(name_of("rating_reason", each) for each in rating.reasons),
        via=name_of("rating_via", rating.via),
        stage=name_of("rating_stage", bad.stage),
        open=bad.stage in OPEN,
        opened=moments.short(bad.opened_at),
        verdict=name_of("rating_verdict", bad.verdict) if bad.verdict else "",
        next=say(f"ratings.{due[0]}", due=moments.short(due[1])) if due else "",
        late=due is not None and due[1] < now,
        excluded=name_of("rating_ground", excluded) if excluded else "",
    )


def _due(bad: BadRating, appeal: RatingAppeal | None) -> tuple[str, datetime] | None:
    """Return what waits for a person, and until when."""
    if appeal and not appeal.decided_at:
        return "decide_by", appeal.decide_by
    if not bad.verdict:
        return "verify_by", bad.verify_by
    return None
