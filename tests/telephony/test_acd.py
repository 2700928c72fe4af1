"""Which seat is offered a call: rules alone."""

import uuid
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from telephony.acd import Place, SeatStatus, WaitingCall, choose

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
IDLE = st.integers(-3600, 10**6).map(lambda seconds: NOW - timedelta(seconds=seconds))


@st.composite
def floors(draw: st.DrawFn) -> list[Place]:
    """Any seats: those that ring or talk have a call, a call has one seat."""
    statuses = draw(st.lists(st.sampled_from(SeatStatus), max_size=8))
    busy = (SeatStatus.OFFERED, SeatStatus.TALKING)
    return [
        Place(number, status, draw(IDLE), uuid.UUID(int=number + 1) if status in busy else None)
        for number, status in enumerate(statuses)
    ]


def caller(spare_legs: int = 2, number: int = 10**6) -> WaitingCall:
    return WaitingCall(uuid.UUID(int=number), spare_legs)


@given(floors(), st.integers(-1, 3))
def test_only_a_ready_seat_is_chosen_and_only_with_a_leg_to_ring_it(
    seats: list[Place], legs: int
) -> None:
    chosen = choose(seats, caller(legs), NOW)
    ready = [each for each in seats if each.status is SeatStatus.READY]
    assert (chosen in ready) if ready and legs > 0 else chosen is None


@given(floors())
def test_nobody_ready_has_been_idle_longer_than_who_is_chosen(seats: list[Place]) -> None:
    chosen = choose(seats, caller(), NOW)
    ready = [each for each in seats if each.status is SeatStatus.READY]
    assert all(chosen and chosen.since <= each.since for each in ready)


@given(floors(), st.randoms())
def test_the_order_in_which_seats_are_told_does_not_matter(
    seats: list[Place], dice: Random
) -> None:
    shuffled = list(seats)
    dice.shuffle(shuffled)
    assert choose(shuffled, caller(), NOW) == choose(seats, caller(), NOW)


@given(floors(), st.integers(1, 12))
def test_calls_chosen_for_one_after_another_never_share_a_seat(
    seats: list[Place], calls: int
) -> None:
    taken: list[int] = []
    for number in range(calls):
        waiting = caller(number=10**6 + number)
        chosen = choose(seats, waiting, NOW)
        if chosen is None:
            break
        taken.append(chosen.seat)
        rung = Place(chosen.seat, SeatStatus.OFFERED, NOW, waiting.call_id)
        seats = [rung if each.seat == chosen.seat else each for each in seats]
        assert choose(seats, waiting, NOW) is None  # nor does a call ring two seats
    assert len(taken) == len(set(taken))
