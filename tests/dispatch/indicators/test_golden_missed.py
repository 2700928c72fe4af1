"""漏接回拨 within a working hour, by hand: over a break, a night, a weekend and holidays."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.indicators import following, reading, working
from dispatch.indicators.reading import TOTAL
from dispatch.rules.calendar import due
from dispatch.rules.limits import Limit, LimitUnit
from telephony import owed
from telephony.acd.patience import MissedWhy
from telephony.queueing import WhyLeft
from tests.dispatch import holiday_scene
from tests.dispatch.indicators.call_scene import answered, owe, settle, waited
from tests.dispatch.indicators.scene import EVER, agree, golden, measured, refresh_all

CODE = "missed_returned_working"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
A, B, C = (f"1398900000{place}" for place in range(3))
# The hotline works from 09:30 to 13:00 and from 15:30 to 18:00 (Lhasa).
UNTIL = [
    ("2026-11-26 10:00", "2026-11-26 11:00"),  # a Thursday
    ("2026-11-26 12:00", "2026-11-26 13:00"),  # the last minute before the break
    ("2026-11-26 12:30", "2026-11-26 16:00"),
    ("2026-11-26 14:00", "2026-11-26 16:30"),
    ("2026-11-26 22:00", "2026-11-27 10:30"),  # a night
    ("2026-11-27 17:30", "2026-11-30 10:00"),  # a weekend
    ("2026-02-13 17:30", "2026-02-14 10:00"),  # a Saturday on which people work
    ("2026-02-14 18:00", "2026-02-27 10:30"),  # 春节、藏历新年
]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+08:00")


def missed(session: Session, moment: datetime, caller: str = A) -> int:
    return owe(session, waited(session, moment, 0, WhyLeft.GONE, caller))


@pytest.mark.parametrize(("moment", "until"), UNTIL)
def test_returned_up_to_the_end_of_a_working_hour_and_not_a_second_later(
    session: Session, moment: str, until: str
) -> None:
    for caller, late in ((A, timedelta()), (B, SECOND)):
        row = missed(session, at(moment), caller)
        settle(session, row, owed.RETURNED, at(until) + late)
    row = missed(session, at(moment), C)
    settle(session, row, owed.RETURNED, at(moment) + SECOND)
    assert measured(session, at(until) + HOUR, CODE) == {CODE: (2, 3, 0)}
    limit = Limit(1, LimitUnit.WORKING_HOURS)
    assert due(at(moment), limit, working.calendar(session)).due == at(until)


@pytest.mark.parametrize(("moment", "until"), UNTIL)
def test_nothing_is_said_while_the_working_hour_runs(
    session: Session, moment: str, until: str
) -> None:
    missed(session, at(moment))
    assert measured(session, at(until) - SECOND, CODE) == {CODE: (0, 0, 1)}
    following.overdue(session, now=at(until) - SECOND)  # the hour by the clock alone, if any
    assert following.overdue(session, now=at(until) - SECOND) == 0
    assert following.overdue(session, now=at(until)) == 1
    assert following.overdue(session, now=at(until)) == 0
    agree(session, at(until))
    found = reading.figures(session, EVER, codes=[CODE], reader=None)[TOTAL]
    assert golden(found[CODE]) == (0, 1, 0)


def test_who_rang_again_or_hung_up_at_once_is_not_owed_one(session: Session, now: datetime) -> None:
    settle(session, missed(session, now, A), owed.CALLED_AGAIN, now + HOUR)
    owe(session, waited(session, now, 2, WhyLeft.GONE, B), MissedWhy.SHORT)
    answered(session, now, 3, caller=C)
    assert measured(session, now + timedelta(days=5), CODE) == {CODE: (0, 0, 3)}


def test_a_year_s_turn_is_judged_by_the_weekdays_until_its_notice_is_out(session: Session) -> None:
    eve = at("2026-12-31 17:30")  # a Thursday; of 2027 nothing is announced
    settle(session, missed(session, eve), owed.RETURNED, at("2027-01-04 09:45"))
    assert measured(session, at("2027-01-05 10:00"), CODE) == {CODE: (0, 1, 0)}
    days = [f"2027-01-0{day}" for day in (1, 2, 3)]
    holiday_scene.take_in(session, holiday_scene.off(*days), eve)
    assert measured(session, at("2027-01-05 10:00"), CODE) == {CODE: (1, 1, 0)}


def test_a_working_hour_long_past_is_over_for_who_was_never_called(session: Session) -> None:
    missed(session, at("2026-02-14 18:00"))
    refresh_all(session, at("2026-11-26 10:00"))
    found = measured(session, at("2026-11-26 10:00"), CODE, "missed_returned")
    assert found == {CODE: (0, 1, 0), "missed_returned": (0, 1, 0)}


def test_nobody_is_measured_again_each_minute_after_a_closure_of_many_weeks(
    session: Session,
) -> None:
    """Longer than any holiday: the hotline's district is off for forty days."""
    eve = at("2026-07-01 17:30")
    closed = [f"{(eve + timedelta(days=each)).date()}" for each in range(1, 41)]
    holiday_scene.take_in(session, holiday_scene.off(*closed), eve)
    missed(session, eve)
    refresh_all(session, eve)
    ends = at("2026-08-11 10:00")  # half an hour was left of the first day's
    assert following.overdue(session, now=ends - SECOND) == 1  # the hour by the clock
    assert following.overdue(session, now=ends - SECOND) == 0
    assert following.overdue(session, now=ends) == 1
    assert following.overdue(session, now=ends) == 0
    agree(session, ends)
    found = reading.figures(session, EVER, codes=[CODE], reader=None)[TOTAL]
    assert golden(found[CODE]) == (0, 1, 0)


def test_without_working_time_no_working_hour_ever_passes(session: Session) -> None:
    eve = at("2026-07-01 17:30")
    days = [f"{(eve + timedelta(days=each)).date()}" for each in range(400)]
    holiday_scene.take_in(session, holiday_scene.off(*days), eve)
    row = missed(session, eve)
    refresh_all(session, eve)
    later = eve + timedelta(days=390)
    assert [following.overdue(session, now=later) for _ in range(2)] == [1, 0]
    settle(session, row, owed.RETURNED, later)
    assert measured(session, later, CODE) == {CODE: (1, 1, 0)}
