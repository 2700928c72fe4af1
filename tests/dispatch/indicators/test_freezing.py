"""A frozen report is written again bit for bit, whatever becomes of its tickets afterwards."""

import hashlib
from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.indicators import freezing, reading
from dispatch.indicators.reading import TOTAL, Period
from dispatch.models import Ticket
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid, NotFound
from tests.console.portal_own.scene import answered, asked, issued
from tests.dispatch.indicators import call_scene
from tests.dispatch.indicators.scene import DAY, refresh_all

BOSS = Actor("boss", Role.SUPERVISOR)


def month(now: datetime) -> Period:
    return Period(beijing_day(now), beijing_day(now + 30 * DAY))


def arranged(session: Session, now: datetime) -> Ticket:
    """Leave orders and calls, and return a ticket of theirs."""
    asked(session, answered(session, now), solved=True, rating=5)
    call_scene.answered(session, now, 12)
    order = issued(session, now)
    refresh_all(session, now)
    return session.get_one(Ticket, order.ticket_id)


def test_a_frozen_report_tells_the_figures_as_they_were_read(
    session: Session, now: datetime
) -> None:
    arranged(session, now)
    report = freezing.freeze(session, "十一月月报", month(now), actor=BOSS, now=now)
    told = freezing.as_json(report)
    read = reading.figures(session, month(now), reader=BOSS)[TOTAL]
    for each in told["indicators"]:
        figure = read[each["code"]]
        assert each["figure"] == {
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "excluded": figure.excluded,
            "value": figure.value,
        }
    assert told["score"] == 100.0
    parts = next(each["by"] for each in told["indicators"] if each["code"] == "received")
    assert parts["department"]["540102-urban"]["numerator"] == 2
    assert report.document_hash == hashlib.sha256(report.document).hexdigest()


def test_it_is_written_again_bit_for_bit_after_everything_has_changed(
    session: Session, now: datetime
) -> None:
    ticket = arranged(session, now)
    report = freezing.freeze(session, "十一月月报", month(now), actor=BOSS, now=now)
    before = bytes(report.document)
    ticket.district = "540103"
    asked(session, answered(session, now), solved=False, rating=1)
    refresh_all(session, now + DAY)
    session.flush()
    session.expire_all()
    found = freezing.find(session, report.id or 0, reader=BOSS)
    assert freezing.reproduce(found) == before
    assert list(freezing.listed(session, reader=BOSS)) == [found]
    newer = freezing.freeze(session, "十一月月报", month(now), actor=BOSS, now=now + DAY)
    assert newer.document != before


@pytest.mark.parametrize("part", ["document", "facts_hash", "frozen_by"])
def test_one_that_was_changed_is_found_out(session: Session, now: datetime, part: str) -> None:
    arranged(session, now)
    report = freezing.freeze(session, "月报", month(now), actor=BOSS, now=now)
    changed = {"document": report.document + b" ", "facts_hash": "0", "frozen_by": "other"}
    setattr(report, part, changed[part])
    with pytest.raises(freezing.Broken):
        freezing.reproduce(report)


def test_a_sealed_ticket_is_in_no_report(session: Session, now: datetime, lead: Actor) -> None:
    ticket = arranged(session, now)
    sealing.seal(session, ticket, Seal("举报", [lead.name]), actor=lead, now=now)
    refresh_all(session, now)
    report = freezing.freeze(session, "月报", month(now), actor=lead, now=now)
    told = {each["code"]: each["figure"] for each in freezing.as_json(report)["indicators"]}
    assert told["received"]["numerator"] == 1


def test_a_report_has_a_name_and_a_period(session: Session, now: datetime) -> None:
    day = beijing_day(now)
    for name, period in ((" ", Period(day, day)), ("月报", Period(day + DAY, day))):
        with pytest.raises(Invalid):
            freezing.freeze(session, name, period, actor=BOSS, now=now)
    with pytest.raises(NotFound):
        freezing.find(session, 7, reader=None)


def test_a_report_that_tells_beyond_one_s_area_is_not_there(
    session: Session, now: datetime
) -> None:
    arranged(session, now)
    chief = Actor("chief", Role.SUPERVISOR, district="540102")
    city = freezing.freeze(session, "全市", month(now), actor=BOSS, now=now)
    own = freezing.freeze(session, "本区", month(now), actor=chief, now=now)
    assert list(freezing.listed(session, reader=BOSS)) == [own, city]
    assert list(freezing.listed(session, reader=chief)) == [own]
    assert list(freezing.listed(session, before=own.id or 0, reader=BOSS)) == [city]
    with pytest.raises(NotFound):
        freezing.find(session, city.id or 0, reader=chief)
