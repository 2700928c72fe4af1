"""Every indicator of calls by hand: who asked for a person, who waited, who rang again."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.indicators import following, reading
from dispatch.indicators.reading import TOTAL
from dispatch.indicators.terms import Key
from telephony import owed, queueing
from telephony.acd.patience import MissedWhy
from telephony.queueing import WhyLeft
from tests.dispatch.indicators.call_scene import (
    answered,
    ended,
    made,
    owe,
    rang,
    rated,
    settle,
    waited,
    wrapped,
)
from tests.dispatch.indicators.scene import DAY, EVER, agree, golden, measured, refresh_all

HOUR = timedelta(hours=1)
# Each of another caller, so that none rings again.
A, B, C, D, E, F = (f"1398900000{place}" for place in range(6))


def test_who_asked_for_a_person_and_who_was_answered_in_time(
    session: Session, now: datetime
) -> None:
    for seconds, caller in ((15, A), (15.5, B), (20, C), (31, D)):
        answered(session, now, seconds, caller=caller)
    ended(session, rang(session, now, E), now)  # heard an announcement, and was content
    waiting = rang(session, now, F)
    waiting.queued_at = now  # still waits: judged by nobody
    found = measured(session, now + DAY)
    assert found["inbound"] == (6, 6, 0)
    assert found["offered"] == (5, 6, 0)
    assert found["connect"] == (4, 4, 2)
    assert found["connect_15"] == (1, 4, 2)
    assert found["connect_20"] == (3, 4, 2)
    assert found["connect_30"] == (3, 4, 2)
    assert found["wait"] == (15 + 15 + 20 + 31, 4, 2)
    assert found["talk"] == (240, 4, 2)


def test_short_abandons_are_shown_apart_and_a_message_is_none(
    session: Session, now: datetime
) -> None:
    for seconds, caller in ((4.9, A), (5, B), (40, C)):
        waited(session, now, seconds, WhyLeft.GONE, caller)
    waited(session, now, 60, WhyLeft.MESSAGE, D)
    waited(session, now, 60, WhyLeft.CALLBACK, E)
    found = measured(session, now + DAY)
    assert found["connect"] == (0, 5, 0)
    assert found["abandon"] == (3, 5, 0)
    assert found["abandon_short"] == (1, 5, 0)
    assert found["wait"] == (4 + 5 + 40 + 60 + 60, 5, 0)
    assert found["talk"] == (0, 0, 5)


def test_a_transferred_call_is_one_call_that_was_answered_once(
    session: Session, now: datetime
) -> None:
    call = answered(session, now, 10, talk=300)
    queueing.hand_on(session, call, "bo", now=now + timedelta(seconds=60))  # to one who knows bo
    found = measured(session, now + DAY)
    assert found["connect_15"] == (1, 1, 0)
    assert found["wait"] == (10, 1, 0)
    assert found["talk"] == (300, 1, 0)
    assert found["abandon"] == (0, 1, 0)


def test_a_call_that_we_made_is_in_no_figure(session: Session, now: datetime) -> None:
    made(session, now)
    answered(session, now + HOUR, 3)
    found = measured(session, now + DAY)
    assert found["inbound"] == (1, 1, 0)
    assert found["repeat_7"] == (0, 1, 0)  # who was called back has not called again


def test_who_rings_again_within_so_many_days(session: Session, now: datetime) -> None:
    for after in (0, 7, 37, 67.01):
        answered(session, now + after * DAY, 3, caller=A)
    answered(session, now, 3, caller=B)
    found = measured(session, now + 90 * DAY)
    assert found["repeat_7"] == (1, 5, 0)
    assert found["repeat_30"] == (2, 5, 0)


def test_missed_calls_that_were_returned(session: Session, now: datetime) -> None:
    outcomes = ((A, owed.RETURNED), (B, owed.NO_NUMBER), (C, owed.CALLED_AGAIN), (D, ""))
    for caller, outcome in outcomes:
        row = owe(session, waited(session, now, 40, WhyLeft.GONE, caller))
        if outcome:
            settle(session, row, outcome, now + HOUR)
    owe(session, waited(session, now, 2, WhyLeft.GONE, E), MissedWhy.SHORT)
    found = measured(session, now + DAY)
    assert found["missed_returned"] == (1, 3, 2)


def test_a_missed_call_is_returned_within_the_hour_or_not_at_all(
    session: Session, now: datetime
) -> None:
    soon, late, talk = (
        owe(session, waited(session, now, 0, WhyLeft.GONE, caller)) for caller in (A, B, C)
    )
    owe(session, waited(session, now, 0, WhyLeft.GONE, D))
    settle(session, soon, owed.RETURNED, now + HOUR)
    settle(session, late, owed.RETURNED, now + HOUR + timedelta(seconds=1))
    long = made(session, now + HOUR / 2)  # reached within the hour, talked beyond it
    owed.find(session, talk).returned_call_id = long.id
    settle(session, talk, owed.RETURNED, now + 2 * HOUR)
    before = measured(session, now + HOUR / 2, "missed_returned")
    assert before == {"missed_returned": (2, 3, 1)}  # of the fourth nothing is said yet
    assert measured(session, now + HOUR, "missed_returned") == {"missed_returned": (2, 4, 0)}


def test_a_missed_call_whose_hour_has_passed_is_measured_again(
    session: Session, now: datetime
) -> None:
    owe(session, waited(session, now, 0, WhyLeft.GONE, A))
    owe(session, waited(session, now, 0, WhyLeft.GONE, B), MissedWhy.SHORT)
    refresh_all(session, now)
    assert following.overdue(session, now=now + HOUR / 2) == 0
    assert following.overdue(session, now=now + HOUR) == 1
    assert following.overdue(session, now=now + HOUR) == 0
    agree(session, now + HOUR)
    found = reading.figures(session, EVER, codes=["missed_returned"], reader=None)[TOTAL]
    assert golden(found["missed_returned"]) == (0, 1, 1)


def test_what_agents_did_afterwards_and_how_callers_found_it(
    session: Session, now: datetime
) -> None:
    one, other = (answered(session, now, 3, caller=each) for each in (A, B))
    answered(session, now, 3, caller=C)
    wrapped(session, one, 30, 15, now=now)
    rated(session, one, 3, now)
    rated(session, other, 2, now)
    found = measured(session, now + DAY)
    assert found["wrap_up"] == (45, 1, 2)
    assert found["call_satisfaction"] == (1, 2, 1)


def test_by_hour_and_by_day_a_call_belongs_to_when_it_rang_in_beijing(session: Session) -> None:
    last = datetime.fromisoformat("2026-12-31T23:59:59+08:00")
    answered(session, last, 3, caller=A)
    answered(session, last + timedelta(seconds=1), 30, caller=B)
    measured(session, last + DAY)
    codes = ["connect_15"]
    hours = reading.figures(session, EVER, by=Key.HOUR, codes=codes, reader=None)
    assert {key: golden(each["connect_15"]) for key, each in hours.items()} == {
        "00": (0, 1, 0),
        "23": (1, 1, 0),
    }
    days = reading.figures(session, EVER, by=Key.DAY, codes=codes, reader=None)
    assert {key: golden(each["connect_15"]) for key, each in days.items()} == {
        "2026-12-31": (1, 1, 0),
        "2027-01-01": (0, 1, 0),
    }
