"""The router is asked on growth only, and about one call every two seconds at most."""

import uuid
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotline.switch.proposing import EVERY_S, Proposing

CALL, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def test_a_call_is_asked_about_at_once_then_every_two_seconds_if_it_grows() -> None:
    proposing = Proposing()
    assert proposing.due(10.0) == []
    proposing.grown(CALL)
    assert proposing.due(10.0) == [CALL]
    proposing.grown(CALL)
    proposing.grown(OTHER)
    assert proposing.due(10.5) == [OTHER]
    assert proposing.due(10.0 + EVERY_S) == [CALL]
    assert proposing.due(20.0) == []


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 1.5)), max_size=60))
def test_no_growth_is_forgotten_and_none_asked_about_too_often(
    steps: list[tuple[bool, float]],
) -> None:
    proposing, moment, asked, grown_at = Proposing(), 0.0, [], -1.0
    for grows, later in steps:
        moment += later
        if grows:
            proposing.grown(CALL)
            grown_at = moment
        if proposing.due(moment):
            asked.append(moment)
    if proposing.due(moment + EVERY_S):
        asked.append(moment + EVERY_S)
    assert all(b - a >= EVERY_S - 1e-9 for a, b in pairwise(asked))
    assert grown_at < 0 or asked[-1] >= grown_at
