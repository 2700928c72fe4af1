"""座席利用率, 工时利用率 and 小休 by hand, and whose seats' days a reader counts."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.indicators import following, reading, refreshing
from dispatch.indicators.behind import behind
from dispatch.indicators.reading import TOTAL, Chosen
from dispatch.indicators.terms import Key, Part, Unit
from hotline.core.accounts import Actor, Role
from hotline.core.events import Event
from telephony.acd import SeatStatus
from tests.dispatch.indicators.scene import DAY, EVER, agree, facts, golden, measured, refresh_all
from tests.dispatch.indicators.seat_scene import seat, stood

OFF, READY, PAUSED = SeatStatus.LOGGED_OFF, SeatStatus.READY, SeatStatus.PAUSED
RINGS, TALKS, WRITES = SeatStatus.OFFERED, SeatStatus.TALKING, SeatStatus.WRAP_UP
CODES = ("seat_days", "seat_login", "seat_break", "seat_occupancy", "seat_utilisation")
READER = Actor("boss", Role.SUPERVISOR)
MINUTE = 60


def morning(session: Session, name: str = "a", district: str = "", day: str = "2026-11-26") -> None:
    """Let a seat be held for three hours: half an hour of it a break, 45 minutes of it busy."""
    stood(
        session,
        seat(session, name, datetime.fromisoformat(f"{day}T08:00:00+08:00"), district),
        (f"{day} 09:00", READY),
        (f"{day} 09:59", RINGS),
        (f"{day} 10:00", TALKS),
        (f"{day} 10:30", WRITES),
        (f"{day} 10:45", PAUSED),
        (f"{day} 11:15", READY),
        (f"{day} 12:00", OFF),
    )


def test_a_morning_at_a_seat(session: Session, now: datetime) -> None:
    morning(session)
    found = measured(session, now + DAY, *CODES)
    assert found == {
        "seat_days": (1, 1, 0),
        "seat_login": (180 * MINUTE, 1, 0),
        "seat_break": (30 * MINUTE, 1, 0),
        "seat_occupancy": (45 * MINUTE, 150 * MINUTE, 0),
        "seat_utilisation": (150 * MINUTE, 180 * MINUTE, 0),
    }
    figures = reading.figures(session, EVER, codes=CODES, reader=READER)[TOTAL]
    assert [figures[each].value for each in CODES] == [1, 10800, 1800, 30.0, 83.3]


def test_a_state_over_midnight_is_parted_there_and_one_that_still_runs_is_not_counted(
    session: Session, now: datetime
) -> None:
    stood(
        session,
        seat(session, "night", now),
        ("2026-12-31 22:00", READY),
        ("2026-12-31 23:00", TALKS),  # into the new year
        ("2027-01-01 01:00", PAUSED),  # a whole day and longer
        ("2027-01-03 00:30", READY),  # until now
    )
    refresh_all(session, now)
    agree(session, now)
    days = {each["day"].isoformat(): each for each in facts(session, Unit.SEAT)}
    told = {day: (each["seated_s"], each["paused_s"], each["busy_s"]) for day, each in days.items()}
    assert told == {
        "2026-12-31": (7200, 0, 3600),
        "2027-01-01": (86400, 82800, 3600),
        "2027-01-02": (86400, 86400, 0),
        "2027-01-03": (1800, 1800, 0),
    }
    # Who only paused had nothing to be busy in.
    assert measured(session, now, "seat_occupancy") == {"seat_occupancy": (7200, 10800, 2)}


def test_a_seat_that_nobody_held_has_no_day(session: Session, now: datetime) -> None:
    stood(session, seat(session, "x", now), ("2026-11-26 09:00", OFF), ("2026-11-26 10:00", OFF))
    assert measured(session, now, *CODES) == dict.fromkeys(CODES, (0, 0, 0))


def test_what_a_seat_did_is_measured_again_with_every_day_that_it_lay_in(
    session: Session, now: datetime
) -> None:
    held = seat(session, "night", now)
    stood(session, held, ("2026-11-26 22:00", READY))
    refresh_all(session, now)
    assert facts(session, Unit.SEAT) == []
    stood(session, held, ("2026-11-28 01:00", OFF))
    last = session.exec(select(Event).where(Event.chain == "seat:night")).all()[-1:]
    days = following.seats_touched(session, last)
    assert days == {date(2026, 11, day): {"seat:night"} for day in (26, 27, 28)}
    for day, chains in days.items():
        refreshing.refresh_seats(session, day, chains, now=now)
    agree(session, now)
    assert [each["seated_s"] for each in facts(session, Unit.SEAT)] == [7200, 86400, 3600]
    assert refreshing.refresh(session, date(2026, 11, 27), now=now)[Unit.SEAT] == 1
    agree(session, now)


def test_behind_a_share_are_seats_days_by_number_and_never_by_name(
    session: Session, now: datetime
) -> None:
    morning(session)
    morning(session, "b", day="2026-11-27")
    refresh_all(session, now + 2 * DAY)
    for part in (Part.COUNTED, Part.ALL):
        found = behind(session, "seat_occupancy", EVER, part, reader=READER)
        assert [each.day.day for each in found] == [27, 26]
        assert all(each.name.isdecimal() and each.counts == 45 * MINUTE for each in found)
    by_day = reading.figures(session, EVER, by=Key.DAY, codes=["seat_days"], reader=READER)
    assert {day: golden(each["seat_days"]) for day, each in by_day.items()} == {
        "2026-11-26": (1, 1, 0),
        "2026-11-27": (1, 1, 0),
    }
    for key in (Key.HOUR, Key.MATTER, Key.DEPARTMENT):
        assert reading.figures(session, EVER, by=key, codes=["seat_days"], reader=READER) == {}
    for chosen in (Chosen(matter="x"), Chosen(hour=3), Chosen(department="x")):
        assert behind(session, "seat_days", EVER, chosen=chosen, reader=READER) == []


@pytest.mark.parametrize(("district", "count"), [("", 2), ("540102", 1), ("540103", 0)])
def test_who_has_a_district_counts_the_seats_of_its_agents(
    session: Session, now: datetime, district: str, count: int
) -> None:
    morning(session)
    morning(session, "b", "540102")
    refresh_all(session, now + timedelta(days=1))
    chief = Actor("chief", Role.SUPERVISOR, district=district)
    found = reading.figures(session, EVER, codes=["seat_days"], reader=chief)[TOTAL]
    assert found["seat_days"].numerator == count
    assert len(behind(session, "seat_days", EVER, reader=chief)) == count


def test_an_account_of_a_large_number_has_seats_days_like_any_other(
    session: Session, now: datetime
) -> None:
    session.connection().exec_driver_sql("ALTER SEQUENCE account_id_seq RESTART WITH 2000000000")
    morning(session)
    assert measured(session, now + DAY, "seat_days") == {"seat_days": (1, 1, 0)}
    (one,) = behind(session, "seat_days", EVER, reader=READER)
    assert one.name == "2000000000"
