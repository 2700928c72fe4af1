"""核对、公布、撤下: what people decide; whoever made or checked a release does not publish it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from dispatch.publishing import making, months, reading, sources, stages
from dispatch.publishing.models_publishing import StatisticsRelease
from dispatch.publishing.stages import Step
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType

_TOLD: Mapping[Step, EventType] = {
    Step.CHECK: EventType.STATISTICS_CHECKED,
    Step.PUBLISH: EventType.STATISTICS_PUBLISHED,
    Step.WITHDRAW: EventType.STATISTICS_WITHDRAWN,
    Step.DISCARD: EventType.STATISTICS_DISCARDED,
}


class Verb(Protocol):
    """What is decided about a release."""

    def __call__(
        self, session: Session, release: StatisticsRelease, *, actor: Actor, now: datetime
    ) -> StatisticsRelease: ...


def check(
    session: Session, release: StatisticsRelease, *, actor: Actor, now: datetime
) -> StatisticsRelease:
    """核对: a person has seen the measures; raise Conflict where they forbid it."""
    after = stages.after(release.stage, Step.CHECK)
    if release.faults:
        raise Conflict(
            "The measures forbid this release.", remedy="Discard it; see which measure failed."
        )
    release.checked_at, release.checked_by = now, str(actor)
    return _moved(session, release, Step.CHECK, after, actor, now)


def publish(
    session: Session, release: StatisticsRelease, *, actor: Actor, now: datetime
) -> StatisticsRelease:
    """公布: from now on anybody may have it.

    Raises NotAllowed for who made or checked it, Conflict when a ticket of the month has since been
    sealed, held, erased or done again, and Broken for a file that is another.
    """
    after = stages.after(release.stage, Step.PUBLISH)
    if str(actor) in (release.made_by, release.checked_by):
        raise NotAllowed(
            "You made or checked this release.", remedy="Let somebody else publish it."
        )
    if sources.fingerprint(session, months.read(release.month)) != release.tickets_hash:
        raise Conflict(
            "What may be told of this month has changed since.",
            remedy="Discard this edition and make another.",
        )
    reading.bodies(session, release)
    release.published_at, release.published_by = now, str(actor)
    return _moved(session, release, Step.PUBLISH, after, actor, now)


def withdraw(
    session: Session, release: StatisticsRelease, *, actor: Actor, now: datetime
) -> StatisticsRelease:
    """撤下: nobody gets it here any more; who has it has it, and later editions mind that."""
    after = stages.after(release.stage, Step.WITHDRAW)
    release.ended_at, release.ended_by = now, str(actor)
    return _moved(session, release, Step.WITHDRAW, after, actor, now)


def discard(
    session: Session, release: StatisticsRelease, *, actor: Actor, now: datetime
) -> StatisticsRelease:
    """作废: it never goes out; another edition can be made."""
    after = stages.after(release.stage, Step.DISCARD)
    release.ended_at, release.ended_by = now, str(actor)
    return _moved(session, release, Step.DISCARD, after, actor, now)


# By which step each verb is known to who names a step.
VERBS: Mapping[Step, Verb] = {
    Step.CHECK: check,
    Step.PUBLISH: publish,
    Step.WITHDRAW: withdraw,
    Step.DISCARD: discard,
}


def _moved(
    session: Session,
    release: StatisticsRelease,
    step: Step,
    after: stages.Stage,
    actor: Actor,
    now: datetime,
) -> StatisticsRelease:
    release.stage = after
    release.version += 1
    session.add(release)
    making.tell(session, release, _TOLD[step], actor=actor, now=now)
    return release
