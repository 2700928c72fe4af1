"""A problem's life: what may follow what, and that nothing else does."""

import pytest

from dispatch.problems import scopes
from dispatch.problems.states import OF_DEPARTMENT, STEPS, Action, State, advance, open_actions
from hotline.core.errors import Conflict, Invalid

ENDS = {State.CLOSED, State.CARRIED_OVER, State.DROPPED}


def test_every_state_is_reached_and_only_ends_lead_nowhere() -> None:
    assert {State.PROPOSED, *STEPS.values()} == set(State)
    assert {state for state, _ in STEPS} == set(State) - ENDS


def test_nothing_is_closed_that_was_not_verified_nor_verified_that_was_not_claimed() -> None:
    assert [state for (state, action) in STEPS if action is Action.CLOSE] == [State.VERIFIED]
    assert [state for (state, action) in STEPS if action is Action.VERIFY] == [State.CLAIMED]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    if (state, action) in STEPS:
        assert advance(state, action) is STEPS[state, action]
    else:
        with pytest.raises(Conflict):
            advance(state, action)


@pytest.mark.parametrize("state", State)
def test_people_inside_are_offered_what_is_theirs(state: State) -> None:
    assert not OF_DEPARTMENT & set(open_actions(state))


def test_a_matter_is_kept_by_its_levels() -> None:
    assert scopes.path(" 城乡建设 ／ 市政设施 / ") == "城乡建设/市政设施"
    assert scopes.path("") == ""
    for bad in ("一/二/三/四", "/二", "一//三"):
        with pytest.raises(Invalid):
            scopes.path(bad)
