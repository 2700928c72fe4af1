"""A frozen report is written again bit for bit, whatever becomes of its tickets afterwards."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from dispatch.handling import orders
from dispatch.indicators import following, freezing, jobs, reading
from dispatch.indicators.reading import TOTAL, Period
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from dispatch.tickets import find
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.confidentiality import Confidentiality
from hotline.core.db import transaction
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.console.portal_own.scene import SYSTEM, answered, asked, issued
from tests.dispatch.indicators import call_scene
from tests.dispatch.indicators.scene import DAY, filled, refresh_all

BOSS = Actor("boss", Role.SUPERVISOR)
OVER = 3 * DAY  # after which the period is over


def month(now: datetime) -> Period:
    return Period(beijing_day(now), beijing_day(now + 2 * DAY))


def arranged(session: Session, now: datetime) -> Ticket:
    """Leave orders and calls, and return a ticket of theirs."""
    asked(session, answered(session, now), solved=True, rating=5)
    call_scene.answered(session, now, 12)
    order = issued(session, now)
    filled(session, now + OVER)
    return session.get_one(Ticket, order.ticket_id)


def test_a_frozen_report_tells_the_figures_as_they_were_read(
    session: Session, now: datetime
) -> None:
    arranged(session, now)
    report = freezing.freeze(session, "十一月月报", month(now), actor=BOSS, now=now + OVER)
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
    report = freezing.freeze(session, "十一月月报", month(now), actor=BOSS, now=now + OVER)
    before = bytes(report.document)
    ticket.district = "540103"
    asked(session, answered(session, now), solved=False, rating=1)
    refresh_all(session, now + OVER)
    session.flush()
    session.expire_all()
    found = freezing.find(session, report.id or 0, reader=BOSS)
    assert freezing.reproduce(found) == before
    assert list(freezing.listed(session, reader=BOSS)) == [found]
    session.expunge_all()
    (shown,) = freezing.listed(session, reader=BOSS)
    assert inspect(shown).unloaded == {"definitions", "document", "facts"}
    newer = freezing.freeze(session, "十一月月报", month(now), actor=BOSS, now=now + OVER + DAY)
    assert newer.document != before


@pytest.mark.parametrize("part", ["document", "facts_hash", "frozen_by"])
def test_one_that_was_changed_is_found_out(session: Session, now: datetime, part: str) -> None:
    arranged(session, now)
    report = freezing.freeze(session, "月报", month(now), actor=BOSS, now=now + OVER)
    changed = {"document": report.document + b" ", "facts_hash": "0", "frozen_by": "other"}
    setattr(report, part, changed[part])
    with pytest.raises(freezing.Broken):
        freezing.reproduce(report)
    if part == "document":
        with pytest.raises(freezing.Broken):
            freezing.published(report)


def test_a_sealed_ticket_is_in_no_report(session: Session, now: datetime, lead: Actor) -> None:
    ticket = arranged(session, now)
    sealing.seal(session, ticket, Seal("举报", [lead.name]), actor=lead, now=now)
    refresh_all(session, now)
    report = freezing.freeze(session, "月报", month(now), actor=lead, now=now + OVER)
    told = {each["code"]: each["figure"] for each in freezing.as_json(report)["indicators"]}
    assert told["received"]["numerator"] == 1


def test_a_report_has_a_name_and_a_period(session: Session, now: datetime) -> None:
    day = beijing_day(now)
    for name, period in ((" ", Period(day, day)), ("月报", Period(day + DAY, day))):
        with pytest.raises(Invalid):
            freezing.freeze(session, name, period, actor=BOSS, now=now + OVER)
    with pytest.raises(NotFound):
        freezing.find(session, 7, reader=None)


def test_a_report_that_tells_beyond_one_s_area_is_not_there(
    session: Session, now: datetime
) -> None:
    arranged(session, now)
    chief = Actor("chief", Role.SUPERVISOR, district="540102")
    city = freezing.freeze(session, "全市", month(now), actor=BOSS, now=now + OVER)
    own = freezing.freeze(session, "本区", month(now), actor=chief, now=now + OVER)
    assert list(freezing.listed(session, reader=BOSS)) == [own, city]
    assert list(freezing.listed(session, reader=chief)) == [own]
    assert list(freezing.listed(session, before=own.id or 0, reader=BOSS)) == [city]
    with pytest.raises(NotFound):
        freezing.find(session, city.id or 0, reader=chief)


def test_a_report_is_not_there_for_who_is_cleared_for_less_than_its_author(
    session: Session, now: datetime
) -> None:
    ticket = arranged(session, now)
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    refresh_all(session, now + OVER)
    low = Actor("low", Role.SUPERVISOR, clearance=Confidentiality.INTERNAL)
    high = freezing.freeze(session, "全部", month(now), actor=BOSS, now=now + OVER)
    less = freezing.freeze(session, "内部", month(now), actor=low, now=now + OVER)
    received = [
        next(each for each in freezing.as_json(report)["indicators"] if each["code"] == "received")
        for report in (high, less)
    ]
    assert [each["figure"]["numerator"] for each in received] == [2, 1]
    assert list(freezing.listed(session, reader=low)) == [less]
    assert list(freezing.listed(session, reader=BOSS)) == [less, high]
    with pytest.raises(NotFound):
        freezing.find(session, high.id or 0, reader=low)


def test_a_period_that_is_not_over_or_not_measured_is_not_frozen(
    session: Session, now: datetime
) -> None:
    issued(session, now)
    watch = filled(session, now)
    with pytest.raises(Invalid, match="not over"):
        freezing.freeze(session, "月报", month(now), actor=BOSS, now=now + 2 * DAY)
    with pytest.raises(Conflict, match=str(watch.next_day)):
        freezing.freeze(session, "月报", month(now), actor=BOSS, now=now + OVER)
    filled(session, now + OVER)
    assert freezing.freeze(session, "月报", month(now), actor=BOSS, now=now + OVER).id


def test_what_the_sweep_has_not_followed_yet_is_in_the_report(
    emptied: Engine, now: datetime
) -> None:
    with transaction(emptied) as session:
        number = issued(session, now).number
    jobs.go_on(lambda: transaction(emptied), now=now + OVER)
    with transaction(emptied) as session:
        order = session.exec(select(WorkOrder).where(WorkOrder.number == number)).one()
        find(session, number.partition("-")[0], lock=True)
        orders.accept(session, order, actor=SYSTEM, now=now + timedelta(hours=1))
    with transaction(emptied) as sweeping:
        assert following.claim(sweeping, now=now + OVER)
        with transaction(emptied) as session:  # it would wait for its turn
            session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                freezing.freeze(session, "月报", month(now), actor=BOSS, now=now + OVER)
            session.rollback()
    with transaction(emptied) as session:
        report = freezing.freeze(session, "月报", month(now), actor=BOSS, now=now + OVER)
        told = {each["code"]: each["figure"] for each in freezing.as_json(report)["indicators"]}
        assert told["sign_on_time"]["numerator"] == 1
