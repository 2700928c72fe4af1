"""Who is offered to which seat: rules alone."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.acd import Place, Plan, SeatStatus, Strategy, Waiting, assign, choose, in_turn
from telephony.acd import positions as positions_of
from telephony.acd.skills import FLUENT, OVERFLOW, Breadth, breadth, fits

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
SECONDS = st.integers(-60, 10**6).map(lambda seconds: NOW - timedelta(seconds=seconds))
LANGUAGES = st.sampled_from(["", "zh", "bo", "bo-kham"])
MATTERS = st.sampled_from(["", "0101"])
SKILLS = st.dictionaries(
    st.sampled_from(["zh", "bo", "bo-kham", "matter:0101"]), st.integers(1, 9), max_size=4
)
PLANS = st.sampled_from(Strategy).map(Plan)
WORKERS = ("media-0.1", "media-1.2")
ROOMS = st.fixed_dictionaries({worker: st.integers(-1, 4) for worker in WORKERS})


@st.composite
def floors(draw: st.DrawFn) -> list[Place]:
    """Any seats: those that ring or talk have a call."""
    statuses = draw(st.lists(st.sampled_from(SeatStatus), max_size=8))
    busy = (SeatStatus.OFFERED, SeatStatus.TALKING)
    return [
        Place(
            number,
            status,
            draw(SECONDS),
            uuid.UUID(int=number + 1) if status in busy else None,
            draw(SKILLS),
            draw(st.integers(0, 50)),
            previewing=draw(st.booleans()),
            needs_leg=draw(st.booleans()),
        )
        for number, status in enumerate(statuses)
    ]


@st.composite
def queues(draw: st.DrawFn) -> list[Waiting]:
    """Any callers, on the line of some worker or owed a call."""
    return [
        Waiting(
            key=str(uuid.UUID(int=10**6 + number)),
            since=draw(SECONDS),
            worker=draw(st.sampled_from(["", *WORKERS])),
            boost_s=draw(st.integers(0, 600)),
            language=draw(LANGUAGES),
            matter=draw(MATTERS),
            last_seat=draw(st.none() | st.integers(0, 8)),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


def able(place: Place, one: Waiting) -> bool:
    so_far = breadth(one.waited_s(NOW))
    return place.free and fits(place.skills, one.language, one.matter, so_far)


@given(floors(), queues(), PLANS)
def test_only_a_free_seat_that_fits_is_chosen_and_one_is_if_there_is_any(
    seats: list[Place], callers: list[Waiting], plan: Plan
) -> None:
    for one in callers:
        chosen = choose(seats, one, plan, NOW)
        fitting = [each for each in seats if able(each, one)]
        assert (chosen in fitting) if fitting else chosen is None


@given(floors(), queues(), ROOMS, PLANS)
def test_no_seat_gets_two_calls_no_call_two_seats_and_nobody_busy_gets_any(
    seats: list[Place], callers: list[Waiting], room: dict[str, int], plan: Plan
) -> None:
    made = assign(seats, callers, room, plan, NOW)
    assert len({place.seat for _, place in made}) == len(made)
    assert len({one.key for one, _ in made}) == len(made)
    for one, place in made:
        assert place.status is SeatStatus.READY
        assert not place.previewing
        assert able(place, one)


@given(floors(), queues(), ROOMS, PLANS)
def test_nobody_waits_behind_a_lower_score_when_the_same_seat_fits_both(
    seats: list[Place], callers: list[Waiting], room: dict[str, int], plan: Plan
) -> None:
    made = assign(seats, callers, room, plan, NOW)
    served = {one.key for one, _ in made}
    left = dict(room)
    for one, place in made:
        left[one.worker] = left.get(one.worker, 0) - (place.needs_leg and not one.owed)
    for waits in callers:
        reachable = waits.owed or waits.worker in room
        if waits.key in served or not reachable:
            continue
        has_leg = waits.owed or left[waits.worker] > 0
        for one, place in made:
            if able(place, waits) and (has_leg or not place.needs_leg):
                assert one.score(NOW) >= waits.score(NOW)


@given(floors(), queues(), ROOMS, PLANS)
def test_no_worker_rings_more_telephones_than_it_has_legs(
    seats: list[Place], callers: list[Waiting], room: dict[str, int], plan: Plan
) -> None:
    made = assign(seats, callers, room, plan, NOW)
    for worker, most in room.items():
        rung = [place for one, place in made if one.worker == worker and place.needs_leg]
        assert len(rung) <= max(0, most)


@given(floors(), queues(), ROOMS, PLANS, st.randoms())
def test_the_order_in_which_seats_and_callers_are_told_does_not_matter(
    seats: list[Place],
    callers: list[Waiting],
    room: dict[str, int],
    plan: Plan,
    dice: Random,
) -> None:
    shuffled, others = list(seats), list(callers)
    dice.shuffle(shuffled)
    dice.shuffle(others)
    assert assign(shuffled, others, room, plan, NOW) == assign(seats, callers, room, plan, NOW)


@given(floors(), queues(), ROOMS, PLANS)
def test_who_is_left_over_could_be_taken_by_no_seat_that_is_left_over(
    seats: list[Place], callers: list[Waiting], room: dict[str, int], plan: Plan
) -> None:
    made = assign(seats, callers, room, plan, NOW)
    taken, served = {place.seat for _, place in made}, {one.key for one, _ in made}
    for one in callers:
        if one.owed and one.key not in served:
            assert not any(able(each, one) for each in seats if each.seat not in taken)


@given(floors(), queues())
def test_by_longest_idle_nobody_who_fits_has_been_idle_longer(
    seats: list[Place], callers: list[Waiting]
) -> None:
    for one in callers:
        chosen = choose(seats, one, Plan(), NOW)
        assert all(chosen and chosen.since <= each.since for each in seats if able(each, one))


@given(floors(), queues())
def test_by_fewest_calls_nobody_who_fits_has_taken_fewer(
    seats: list[Place], callers: list[Waiting]
) -> None:
    for one in callers:
        chosen = choose(seats, one, Plan(Strategy.FEWEST_CALLS), NOW)
        assert all(chosen and chosen.calls <= each.calls for each in seats if able(each, one))


@given(floors(), queues())
def test_by_last_agent_who_knows_the_caller_takes_them_when_they_can(
    seats: list[Place], callers: list[Waiting]
) -> None:
    for one in callers:
        chosen = choose(seats, one, Plan(Strategy.LAST_AGENT), NOW)
        if any(each.seat == one.last_seat for each in seats if able(each, one)):
            assert chosen
            assert chosen.seat == one.last_seat


@given(queues())
def test_positions_are_a_permutation_and_go_by_the_score(callers: list[Waiting]) -> None:
    places = positions_of(callers, NOW)
    assert sorted(places.values()) == list(range(1, len(callers) + 1))
    ordered = in_turn(callers, NOW)
    assert [places[each.key] for each in ordered] == sorted(places.values())
    scores = [each.score(NOW) for each in ordered]
    assert scores == sorted(scores, reverse=True)


@given(queues(), st.integers(1, 600))
def test_a_boost_never_costs_a_place(callers: list[Waiting], more: int) -> None:
    for one in callers:
        others = [each for each in callers if each is not one]
        boosted = replace(one, boost_s=one.boost_s + more)
        after = positions_of([*others, boosted], NOW)[one.key]
        assert after <= positions_of(callers, NOW)[one.key]


@given(SKILLS, LANGUAGES, MATTERS)
def test_overflow_only_ever_takes_more_people(
    skills: dict[str, int], language: str, matter: str
) -> None:
    taken = [fits(skills, language, matter, each) for each in Breadth]
    assert taken == sorted(taken)
    assert taken[-1]


@given(st.floats(0, 10**5), st.floats(0, 10**5))
def test_who_waits_longer_is_never_taken_more_narrowly(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert breadth(shorter) <= breadth(longer)
    assert breadth(longer) in {each.breadth for each in OVERFLOW}


@pytest.mark.parametrize(
    ("skills", "language", "so_far", "taken"),
    [
        ({}, "zh", Breadth.EXACT, True),  # without a language one speaks Chinese
        ({}, "bo", Breadth.LANGUAGE, False),
        ({"bo": FLUENT - 1}, "bo", Breadth.EXACT, False),
        ({"bo": FLUENT - 1}, "bo", Breadth.LANGUAGE, True),
        ({"bo": 9}, "bo-kham", Breadth.EXACT, False),
        ({"bo": 9}, "bo-kham", Breadth.LANGUAGE, True),
        ({"bo-kham": FLUENT}, "bo-kham", Breadth.EXACT, True),
        ({"bo": 9}, "zh", Breadth.LANGUAGE, False),
        ({"matter:0101": 2}, "zh", Breadth.LANGUAGE, True),
        ({"bo": 9}, "zh", Breadth.ANYBODY, True),
    ],
)
def test_a_language_is_spoken_fluently_then_at_all_then_by_anybody(
    skills: dict[str, int], language: str, so_far: Breadth, taken: bool
) -> None:
    assert fits(skills, language, "", so_far) is taken


def test_a_tibetan_speaker_is_waited_for_and_then_not_any_more() -> None:
    zh = Place(1, SeatStatus.READY, NOW - timedelta(hours=1))
    bo = Place(2, SeatStatus.READY, NOW, skills={"bo": 9})
    caller = Waiting("1", NOW, WORKERS[0], language="bo")
    room = {WORKERS[0]: 2}
    assert assign([zh, bo], [caller], room, Plan(), NOW) == [(caller, bo)]
    later = NOW + timedelta(seconds=59)
    assert assign([zh], [caller], room, Plan(), later) == []
    assert assign([zh], [caller], room, Plan(), later + timedelta(seconds=1)) == [(caller, zh)]


def test_an_owed_call_takes_its_turn_and_no_leg() -> None:
    seat = Place(1, SeatStatus.READY, NOW)
    owed = Waiting("owed:1", NOW - timedelta(minutes=5))
    caller = Waiting("2", NOW - timedelta(minutes=1), WORKERS[0])
    assert assign([seat], [caller, owed], {}, Plan(), NOW) == [(owed, seat)]
    assert assign([seat], [caller, owed], {WORKERS[0]: 1}, Plan(), NOW) == [(owed, seat)]
    early = replace(owed, since=NOW)
    assert assign([seat], [caller, early], {WORKERS[0]: 1}, Plan(), NOW) == [(caller, seat)]


def test_a_browser_is_offered_a_call_when_its_worker_has_no_leg_left() -> None:
    phone = Place(1, SeatStatus.READY, NOW - timedelta(hours=1))
    browser = Place(2, SeatStatus.READY, NOW, needs_leg=False)
    caller = Waiting("1", NOW, WORKERS[0])
    full = {WORKERS[0]: 0}
    assert assign([phone, browser], [caller], full, Plan(), NOW) == [(caller, browser)]
    assert assign([browser], [caller], {}, Plan(), NOW) == []  # its worker is not connected
