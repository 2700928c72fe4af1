"""A process that keeps dying is started ever more slowly; one that was well, at once."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.restarts import FIRST_PAUSE_S, LONGEST_PAUSE_S, WELL_AFTER_S, Restarts


@given(st.lists(st.floats(0, WELL_AFTER_S - 1), max_size=30))
def test_pauses_grow_with_each_quick_death_up_to_a_limit(lives: list[float]) -> None:
    restarts, moment, last = Restarts(), 0.0, FIRST_PAUSE_S
    for life in lives:
        restarts.started(moment)
        pause = restarts.died(moment + life)
        assert last <= pause <= LONGEST_PAUSE_S
        assert not restarts.due(moment + life)
        moment, last = moment + life + pause, pause
        assert restarts.due(moment)


def test_who_lived_long_is_started_at_once() -> None:
    restarts = Restarts()
    for moment in range(5):
        restarts.started(moment)
        restarts.died(moment)
    restarts.started(100.0)
    assert restarts.died(200.0) == FIRST_PAUSE_S
