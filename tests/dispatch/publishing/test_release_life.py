"""发布: three people, and what stops a release or a correction of one."""

from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from dispatch.models import Ticket
from dispatch.publishing import (
    differencing,
    district_audit,
    reading,
    releasing,
)
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from dispatch.publishing.stages import Stage
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import Event
from tests.dispatch.publishing.scene import (
    CHECKER,
    MAKER,
    PUBLISHER,
    a_release,
    ended,
    person,
    rated,
)


def published(session: Session, now: datetime) -> StatisticsRelease:
    release = a_release(session, now)
    releasing.check(session, release, actor=CHECKER, now=now)
    return releasing.publish(session, release, actor=PUBLISHER, now=now)


def test_three_people_and_every_step_leaves_its_event(session: Session, now: datetime) -> None:
    release = a_release(session, now)
    with pytest.raises(Conflict):
        releasing.publish(session, release, actor=PUBLISHER, now=now)
    releasing.check(session, release, actor=CHECKER, now=now)
    for actor in (MAKER, CHECKER):
        with pytest.raises(NotAllowed):
            releasing.publish(session, release, actor=actor, now=now)
    assert reading.latest(session) is None
    releasing.publish(session, release, actor=PUBLISHER, now=now)
    assert reading.latest(session) is release
    releasing.withdraw(session, release, actor=PUBLISHER, now=now)
    assert reading.latest(session) is None
    chain = select(Event.type, Event.actor).where(Event.chain == f"release:{release.id}")
    assert session.exec(chain.order_by(col(Event.seq))).all() == [
        ("statistics.made", "maker"),
        ("statistics.checked", "checker"),
        ("statistics.published", "publisher"),
        ("statistics.withdrawn", "publisher"),
    ]


def test_a_measure_that_fails_forbids_the_release(session: Session, now: datetime) -> None:
    release = a_release(session, now)
    release.faults = {"cell_reckoned": 1}
    with pytest.raises(Conflict, match="measures forbid"):
        releasing.check(session, release, actor=CHECKER, now=now)
    releasing.discard(session, release, actor=CHECKER, now=now)
    again = a_release(session, now)
    assert (again.edition, again.stage) == (2, Stage.MADE)


def test_a_matter_that_was_sealed_meanwhile_stops_its_release(
    session: Session, now: datetime
) -> None:
    release = a_release(session, now)
    releasing.check(session, release, actor=CHECKER, now=now)
    session.exec(select(Ticket).order_by(col(Ticket.id))).all()[0].confidentiality = "sealed"
    session.flush()
    with pytest.raises(Conflict, match="has changed since"):
        releasing.publish(session, release, actor=PUBLISHER, now=now)


def test_a_file_that_was_changed_outside_is_not_given_out(session: Session, now: datetime) -> None:
    release = published(session, now)
    file = session.get_one(ReleaseFile, (release.id, "statistics.csv"))
    file.body = file.body + b"\n"
    session.flush()
    with pytest.raises(reading.Broken):
        reading.file(session, release, "statistics.csv")


def test_a_correction_that_gives_one_person_away_is_forbidden(
    session: Session, now: datetime
) -> None:
    first = published(session, now)
    again = a_release(session, now)
    assert (again.edition, again.faults) == (2, {})
    assert set(again.changes.values()) == {False}
    releasing.discard(session, again, actor=MAKER, now=now)
    late = ended(session, now, person(session, now))
    rated(session, [late], 5)
    third = a_release(session, now)
    assert third.edition == 3
    assert third.faults["difference_too_small"] > 0
    assert third.changes["statistics.csv"]
    assert first.stage == Stage.PUBLISHED


def test_one_more_of_the_others_gives_a_correction_away_too() -> None:
    head = b"code,numerator,denominator\n"
    before, after = (
        district_audit.numbers(head + each, ("code",)) for each in (b"x,80,100\n", b"x,85,106\n")
    )
    found = differencing.between_tables(before, after, small=5)
    assert list(found) == [("x", "others")]
