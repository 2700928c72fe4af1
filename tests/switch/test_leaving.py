"""Workers that are spent leave a few at a time: callers find the others."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.switch.workers import may_leave


@given(st.integers(1, 200))
def test_no_more_than_an_eighth_or_one_are_on_their_way_out(workers: int) -> None:
    leaving = 0
    while may_leave(leaving, workers):
        leaving += 1
    assert leaving == 1 or 8 * leaving <= workers


def test_a_site_of_one_worker_replaces_it_all_the_same() -> None:
    assert may_leave(0, 1)
    assert not may_leave(1, 1)
