"""The pure rules of hot issues: seasons, surprise, windows, and groups of alike words."""

from datetime import UTC, datetime, timedelta
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from dispatch.hot import alikeness
from dispatch.hot.season import DAYS, HOURS, hour_of_week, learn
from dispatch.hot.states import STEPS, Action, State
from dispatch.hot.surprise import HIGHEST, Rate, learned, score
from dispatch.hot.windows import (
    WINDOWS,
    WORTH_READING,
    Before,
    Finding,
    Seen,
    Window,
    judge,
    rejudge,
)

EVEN = learn([0] * DAYS * HOURS)
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
WEEKS = st.lists(st.integers(0, 500), min_size=DAYS * HOURS, max_size=DAYS * HOURS)
MOMENTS = st.integers(0, 10**6).map(lambda minutes: NOW + timedelta(minutes=minutes))
SPANS = st.timedeltas(timedelta(0), timedelta(days=30))
RATES = st.builds(Rate, st.floats(0.5, 500), st.floats(0.5, 50))
KNOWN = timedelta(weeks=8)


@given(WEEKS)
def test_the_shares_of_a_week_are_one_week_and_none_is_nothing(counts: list[int]) -> None:
    season = learn(counts)
    assert isclose(sum(season.shares), 1.0)
    assert min(season.shares) > 0


@given(WEEKS, MOMENTS, SPANS, SPANS)
def test_exposure_adds_up_and_a_whole_week_is_one(
    counts: list[int], at: datetime, first: timedelta, second: timedelta
) -> None:
    season = learn(counts)
    middle, end = at + first, at + first + second
    parts = season.exposure(at, middle) + season.exposure(middle, end)
    assert isclose(parts, season.exposure(at, end), abs_tol=1e-9)
    assert isclose(season.exposure(at, at + timedelta(weeks=1)), 1.0)


def test_a_busy_hour_is_worth_more_than_a_quiet_one() -> None:
    counts = [0] * (DAYS * HOURS)
    for day in range(DAYS):
        counts[day * HOURS + 10] = 100
    season = learn(counts)
    busy = datetime(2026, 11, 25, 2, tzinfo=UTC)  # ten in the morning in Beijing
    hour = timedelta(hours=1)
    assert hour_of_week(busy) % HOURS == 10
    assert season.exposure(busy, busy + hour) > 10 * season.exposure(
        busy + 10 * hour, busy + 11 * hour
    )


@given(st.integers(0, 3000), RATES, st.floats(1e-4, 2))
def test_a_score_is_a_chance_and_grows_with_the_count(
    count: int, rate: Rate, exposure: float
) -> None:
    found = score(count, rate, exposure)
    assert 0 <= found <= HIGHEST
    assert score(count + 1, rate, exposure) >= found
    if count <= rate.expected(exposure):
        assert found == 0


@given(st.integers(1, 200), RATES, st.floats(1e-3, 1))
def test_who_expects_more_is_surprised_less(count: int, rate: Rate, exposure: float) -> None:
    assert score(count, rate, exposure) + 1e-9 >= score(count, rate, exposure * 1.5)


def test_the_tail_is_the_negative_binomial_s() -> None:
    rate = Rate(3.0, 1.0)  # mean 3: p = 1/2, so P(N ≥ 5) = 29/128
    assert isclose(10 ** -score(5, rate, 1.0), 29 / 128, rel_tol=1e-9)


@given(st.integers(0, 200), st.floats(0.5, 20), st.floats(0.01, 100))
def test_history_outweighs_what_is_usual(count: int, weeks: float, usual: float) -> None:
    rate = learned(count, weeks, usual=usual)
    mean = rate.expected(1.0)
    assert min(usual, count / weeks) - 1e-6 <= mean <= max(usual, count / weeks) + 1e-6


@given(st.sampled_from(WINDOWS), st.integers(0, 500), st.integers(0, 500), st.integers(0, 2000))
def test_fewer_than_the_least_and_an_unknown_past_are_no_alert(
    window: Window, count: int, newest: int, past: int
) -> None:
    seen = {window: Seen(count, min(newest, count))}
    known = judge(seen, Before(past, KNOWN, 0.1), EVEN, now=NOW)
    if known:
        assert known.count >= known.window.least
        assert known.score >= WORTH_READING
    assert judge(seen, Before(past, timedelta(days=1), 0.1), EVEN, now=NOW) is None


def test_what_has_ceased_is_no_growth() -> None:
    week = WINDOWS[-1]
    before = Before(8, KNOWN, 0.5)
    assert judge({week: Seen(30, 12)}, before, EVEN, now=NOW)
    assert judge({week: Seen(30, 1)}, before, EVEN, now=NOW) is None


@given(st.integers(0, 100), st.floats(0.001, 50), st.floats(0, 20))
def test_alike_words_lift_a_score_and_never_lower_it(
    alike: int, expected: float, before: float
) -> None:
    finding = Finding(WINDOWS[1], NOW, 100, expected, before)
    assert before <= rejudge(finding, alike).score <= before + 2.0


def test_one_thing_in_other_words_is_one_group_and_other_things_are_not_in_it() -> None:
    same = ["团结新村三栋停电了请抢修", "团结新村三栋今天停电了", "团杰新村三动停电了请抢修"]
    other = ["想问一下居住证怎么办理", "楼下烧烤摊油烟太大"]
    assert alikeness.largest([*same, *other]) == [0, 1, 2]
    assert alikeness.largest(other) == []
    assert alikeness.largest([]) == []


def test_every_open_alert_can_be_decided_and_nothing_leads_on_from_there() -> None:
    for state in State:
        assert ((state, Action.DECIDE) in STEPS) == (state is not State.DECIDED)
    assert all(state is not State.DECIDED for state, _ in STEPS)
