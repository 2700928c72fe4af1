"""生成: a month's release is made from what is there now, and measured; it is not out yet."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlmodel import Session

from dispatch.indicators import following
from dispatch.publishing import building, figures, files, reading, sources, terms
from dispatch.publishing.building import Built, Terms
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from dispatch.publishing.months import Month
from dispatch.publishing.stages import OPEN, Stage
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType


def make(session: Session, month: Month, *, actor: Actor, now: datetime) -> StatisticsRelease:
    """Make the month's next edition, with every measure of what it would give away.

    Raises Invalid for a month that is not over; Conflict while an edition of it waits for its
    decision, or while the month's facts lag. Of two makers one waits for the other.
    """
    if month.last >= beijing_day(now):
        raise Invalid("This month is not over.", remedy="Make it from the next day on.")
    following.catch_up(session, month.last, now=now)
    known = reading.editions(session, str(month))
    if any(each.stage in OPEN for each in known):
        raise Conflict(
            f"An edition of {month} waits already.", remedy="Publish it or discard it first."
        )
    held = Terms(**_terms())
    records = sources.records(session, month)
    told = list(figures.rows(session, month, small=held.cell))
    built = building.build(str(month), records, told, held, reading.bodies_out(session, known))
    release = StatisticsRelease(
        month=str(month),
        edition=len(known) + 1,
        stage=Stage.MADE,
        population=len(records),
        tickets_hash=sources.fingerprint(session, month),
        terms=asdict(held),
        measures=built.measures,
        faults=built.faults,
        changes=_changes(session, known, built),
        made_at=now,
        made_by=str(actor),
    )
    return _kept(session, release, built, actor, now)


def tell(
    session: Session, release: StatisticsRelease, type: EventType, *, actor: Actor, now: datetime
) -> None:
    """Leave the event of what was done with the release."""
    events.append(
        session,
        type,
        chain=f"release:{release.id}",
        actor=str(actor),
        now=now,
        month=release.month,
        edition=release.edition,
    )


def _kept(
    session: Session, release: StatisticsRelease, built: Built, actor: Actor, now: datetime
) -> StatisticsRelease:
    session.add(release)
    session.flush()
    for each in built.files:
        session.add(
            ReleaseFile(
                release_id=release.id or 0,
                name=each.name,
                dataset=each.dataset,
                grade=each.grade,
                rows=each.rows,
                size=len(each.body),
                sha256=files.digest(each.body),
                body=each.body,
            )
        )
    tell(session, release, EventType.STATISTICS_MADE, actor=actor, now=now)
    session.flush()
    return release


def _terms() -> dict[str, int]:
    named = {each.name for each in fields(Terms)}
    return {name: value for name, value in terms.terms().items() if name in named}


def _changes(session: Session, known: Sequence[StatisticsRelease], built: Built) -> dict[str, bool]:
    """Return which files differ from the last edition's that was out; none for a first one."""
    earlier = reading.bodies_out(session, known)
    if not earlier:
        return {}
    return {each.name: earlier[-1].get(each.name) != each.body for each in built.files}
