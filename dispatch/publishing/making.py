"""生成: a month's release is made from what is there now, and measured; it is not out yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch.indicators import following
from dispatch.publishing import building, figures, files, reading, sources, terms
from dispatch.publishing.anonymity import Record
from dispatch.publishing.building import Built
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from dispatch.publishing.months import Month
from dispatch.publishing.stages import OPEN, Part, Stage
from dispatch.publishing.terms import Terms
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType


class EditionWaits(Conflict):
    title = "An edition waits already"


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a release is made of; from here on it takes no table."""

    month: Month
    terms: Terms
    records: Sequence[Record]
    figures: figures.Told
    before: Sequence[Mapping[str, bytes]]
    tickets_hash: str

    def build(self, say: Callable[[Part], None] = lambda _: None) -> Built:
        """Return the files and their measures; this takes long."""
        month = str(self.month)
        return building.build(month, self.records, self.figures, self.terms, self.before, say)


def make(session: Session, month: Month, *, actor: Actor, now: datetime) -> StatisticsRelease:
    """Make the month's next edition, with every measure of what it would give away.

    Raises Invalid for a month that is not over; EditionWaits while an edition of it waits for its
    decision, Conflict while the month's facts lag. Of two makers one waits for the other.
    """
    gathered = gather(session, month, now=now)
    return keep(session, gathered, gathered.build(), actor=actor, now=now)


def require_free(session: Session, month: Month, *, now: datetime) -> Sequence[StatisticsRelease]:
    """Return the month's editions; raise Invalid or EditionWaits where no other can be made."""
    if month.last >= beijing_day(now):
        raise Invalid("This month is not over.", remedy="Make it from the next day on.")
    known = reading.editions(session, str(month))
    if any(each.stage in OPEN for each in known):
        raise EditionWaits(
            f"An edition of {month} waits already.", remedy="Publish it or discard it first."
        )
    return known


def gather(session: Session, month: Month, *, now: datetime) -> Gathered:
    """Read what a release is made of, as it is now; raise as `make` does."""
    known = require_free(session, month, now=now)
    following.catch_up(session, month.last, now=now)
    held = terms.for_release()
    return Gathered(
        month,
        held,
        sources.records(session, month),
        figures.gather(session, month, small=held.cell),
        reading.bodies_out(session, known),
        sources.fingerprint(session, month),
    )


def keep(
    session: Session, gathered: Gathered, built: Built, *, actor: Actor, now: datetime
) -> StatisticsRelease:
    """Keep what was built; raise Conflict when what it was built of is no longer so."""
    known = require_free(session, gathered.month, now=now)
    before = reading.bodies_out(session, known)
    tickets_hash = sources.fingerprint(session, gathered.month)
    if (before, tickets_hash) != (gathered.before, gathered.tickets_hash):
        raise Conflict("The month changed while it was made.", remedy="It is made again.")
    release = StatisticsRelease(
        month=str(gathered.month),
        edition=len(known) + 1,
        stage=Stage.MADE,
        population=len(gathered.records),
        tickets_hash=tickets_hash,
        terms=asdict(gathered.terms),
        measures=built.measures,
        faults=built.faults,
        changes=_changes(before, built),
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


def _changes(earlier: Sequence[Mapping[str, bytes]], built: Built) -> dict[str, bool]:
    """Return which files differ from the last edition's that was out; none for a first one."""
    if not earlier:
        return {}
    return {each.name: earlier[-1].get(each.name) != each.body for each in built.files}
