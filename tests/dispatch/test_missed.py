"""A clock that is already due wakes the sweep at once; one that it can't take is no busy loop."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dispatch.timing.missed import FIRST_PAUSE_S, LONGEST_PAUSE_S, Missed


def test_a_due_clock_sends_the_sweep_at_once() -> None:
    assert Missed().wait(1000.0, due=True) == 0


def test_a_sweep_that_was_just_sent_is_given_a_second() -> None:
    missed = Missed()
    missed.swept(1000.0)
    assert missed.wait(1000.0, due=True) == FIRST_PAUSE_S
    assert missed.wait(1000.0 + FIRST_PAUSE_S, due=True) == 0


def test_nothing_due_asks_for_no_sweep_and_forgets_the_pauses() -> None:
    missed = Missed()
    for moment in range(0, 600, 60):
        assert missed.wait(moment, due=True) == 0
        missed.swept(moment)
    assert missed.wait(600.0, due=False) is None
    assert missed.wait(600.0, due=True) == 0


@given(looks=st.lists(st.floats(0.01, 5.0), min_size=50, max_size=400))
def test_what_no_sweep_can_take_is_tried_ever_less_often_and_never_given_up(
    looks: list[float],
) -> None:
    missed, moment = Missed(), 0.0
    sent: list[float] = []
    for look in looks:
        wait = missed.wait(moment, due=True)
        assert wait is not None
        if wait == 0:
            missed.swept(moment)
            sent.append(moment)
        moment += min(look, wait) if wait else 0.0
    pauses = [after - before for before, after in pairwise(sent)]
    assert all(pause >= FIRST_PAUSE_S - 1e-6 for pause in pauses)
    assert all(pause <= LONGEST_PAUSE_S + 1e-6 for pause in pauses)
    assert all(after >= before - 1e-6 for before, after in pairwise(pauses))
