"""How long callers waited, by hand: means, the longest, and what so many percent do not exceed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, func, select

from dispatch.indicators import definitions, plainly, reading
from dispatch.indicators.behind import behind
from dispatch.indicators.document import counted_as, value_of
from dispatch.indicators.reading import TOTAL, Period
from dispatch.indicators.terms import RANKS, Key, Kind, Part
from hotline.core.accounts import Actor, Role
from telephony import queueing
from telephony.queueing import WhyLeft
from tests.dispatch.indicators.call_scene import answered, rang, waited
from tests.dispatch.indicators.scene import (
    DAY,
    EVER,
    golden,
    measured,
    redefined,
    refresh_all,
)

READER = Actor("boss", Role.SUPERVISOR)
SECONDS = st.lists(st.integers(0, 600), min_size=1, max_size=60)


def ten(session: Session, now: datetime) -> None:
    """Leave calls answered after 1 to 7 s, and three given up after 2, 60 and 90 s."""
    for seconds in range(1, 8):
        answered(session, now, seconds, caller=f"1398900000{seconds}")
    for seconds in (2, 60, 90):
        waited(session, now + DAY, seconds, WhyLeft.GONE, f"13989001{seconds:03}")


def test_waits_of_all_and_of_answered_and_abandoned_calls_apart(
    session: Session, now: datetime
) -> None:
    ten(session, now)
    waiting = rang(session, now, "13989002000")
    waiting.queued_at = now  # still waits: nothing is said of it
    found = measured(session, now + 2 * DAY)
    # 1 2 2 3 4 5 6 7 60 90
    assert found["wait"] == (180, 10, 1)
    assert found["wait_p50"] == (4, 10, 1)
    assert found["wait_p90"] == (60, 10, 1)
    assert found["wait_p95"] == (90, 10, 1)
    assert found["wait_longest"] == (90, 10, 1)
    # 1 to 7
    assert found["wait_answered"] == (28, 7, 4)
    assert found["wait_answered_p50"] == (4, 7, 4)
    assert found["wait_answered_p90"] == (7, 7, 4)
    assert found["wait_answered_p95"] == (7, 7, 4)
    assert found["wait_answered_longest"] == (7, 7, 4)
    # 2 60 90
    assert found["wait_abandoned"] == (152, 3, 8)
    assert found["wait_abandoned_p50"] == (60, 3, 8)
    assert found["wait_abandoned_p90"] == (90, 3, 8)
    assert found["wait_abandoned_p95"] == (90, 3, 8)
    assert found["wait_abandoned_longest"] == (90, 3, 8)


def test_of_nothing_no_rank_is_told(session: Session, now: datetime) -> None:
    rang(session, now)
    assert measured(session, now, "wait_p90") == {"wait_p90": (0, 0, 1)}
    found = reading.figures(session, EVER, codes=["wait_p90"], reader=None)[TOTAL]
    assert found["wait_p90"].value is None


def test_a_call_handed_on_waited_once(session: Session, now: datetime) -> None:
    call = answered(session, now, 10, talk=300)
    queueing.hand_on(session, call, "bo", now=now + timedelta(seconds=60))
    assert measured(session, now + DAY, "wait_longest") == {"wait_longest": (10, 1, 0)}


def test_abandons_within_so_many_seconds_stand_apart_from_short_ones(
    session: Session, now: datetime
) -> None:
    for place, seconds in enumerate((4.9, 5, 15, 15.1, 30, 31)):
        waited(session, now, seconds, WhyLeft.GONE, f"1398900000{place}")
    answered(session, now, 3, caller="13989000009")
    found = measured(session, now + DAY)
    assert found["abandon"] == (6, 7, 0)
    assert found["abandon_short"] == (1, 7, 0)
    assert found["abandon_15"] == (2, 7, 0)
    assert found["abandon_20"] == (3, 7, 0)
    assert found["abandon_30"] == (4, 7, 0)


@pytest.mark.parametrize("key", [Key.DAY, Key.HOUR])
def test_a_rank_by_a_key_is_that_of_its_own_calls(
    session: Session, now: datetime, key: Key
) -> None:
    ten(session, now)
    refresh_all(session, now + 2 * DAY)
    parts = reading.figures(session, EVER, by=key, codes=["wait_longest"], reader=READER)
    told = [golden(each["wait_longest"]) for each in parts.values()]
    assert told == ([(7, 7, 0), (90, 3, 0)] if key is Key.DAY else [(90, 10, 0)])


def test_behind_a_rank_are_the_calls_among_which_it_is_found_the_longest_first(
    session: Session, now: datetime
) -> None:
    ten(session, now)
    refresh_all(session, now + 2 * DAY)
    every = behind(session, "wait_p50", EVER, limit=99, reader=READER)
    waits = [each.counts for each in every]
    assert waits == [90, 60, 7, 6, 5, 4, 3, 2, 2, 1]
    found = reading.figures(session, EVER, codes=["wait_p50"], reader=READER)[TOTAL]["wait_p50"]
    assert sorted(waits)[4] == found.numerator == found.value == 4
    assert behind(session, "wait_p50", EVER, Part.ALL, limit=99, reader=READER) == every
    assert behind(session, "wait_p50", EVER, Part.REST, reader=READER) == []
    paged, place = [], None
    while page := behind(session, "wait_p50", EVER, before=place, limit=3, reader=READER):
        paged += page
        place = page[-1].place
    assert paged == every


def test_one_rank_over_days_that_were_defined_otherwise(session: Session, now: datetime) -> None:
    ten(session, now)
    refresh_all(session, now + 2 * DAY)
    first = now.date()
    defined = [
        redefined("wait_p50", until=first, denominator="answered"),
        redefined("wait_p50", version=2, since=first + DAY, denominator="abandoned"),
    ]
    figure = reading.figures(session, EVER, reader=READER, defined=defined)[TOTAL]["wait_p50"]
    assert (golden(figure), figure.versions) == ((4, 10, 0), (1, 2))  # the fifth of all ten
    listed = behind(session, "wait_p50", EVER, limit=99, reader=READER, defined=defined)
    assert [each.counts for each in listed] == [90, 60, 7, 6, 5, 4, 3, 2, 2, 1]
    alone = Period(date(2020, 1, 1), first)
    figure = reading.figures(session, alone, reader=READER, defined=defined)[TOTAL]["wait_p50"]
    assert golden(figure) == (4, 7, 0)


@given(said=SECONDS, kind=st.sampled_from(sorted(RANKS)))
def test_the_rank_is_the_least_that_so_many_percent_do_not_exceed(
    said: list[int], kind: Kind
) -> None:
    found, percent = counted_as(kind, said), RANKS[kind]
    assert found in said
    assert 100 * sum(each <= found for each in said) >= percent * len(said)
    assert 100 * sum(each < found for each in said) < percent * len(said)
    assert plainly.at_rank(said, percent) == found
    assert value_of(kind, found, len(said)) == found


@pytest.mark.parametrize("count", [1, 2, 10, 19, 20, 21, 40, 100, 1000, 12345])
def test_the_database_finds_the_same_rank(session: Session, count: int) -> None:
    numbers = func.generate_series(1, count).column_valued("each")
    for kind, percent in RANKS.items():
        rank = func.percentile_disc(percent / 100).within_group(numbers.asc())
        assert session.exec(select(rank)).one() == counted_as(kind, range(1, count + 1))


def test_every_wait_is_read_in_five_ways_and_by_the_hour() -> None:
    for among in ("wait", "wait_answered", "wait_abandoned"):
        read = {each.code: each.kind for each in definitions.packaged()}
        kinds = [
            read[among],
            *(read[f"{among}_{each}"] for each in ("longest", "p50", "p90", "p95")),
        ]
        assert kinds == [Kind.MEAN, Kind.LONGEST, Kind.P50, Kind.P90, Kind.P95]
