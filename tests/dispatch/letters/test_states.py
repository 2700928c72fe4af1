"""The machines of a letter: what may follow what, whatever is tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.letters import states
from dispatch.letters.states import (
    ENDS,
    LETTERS,
    MEASURES,
    RECIPIENTS,
    Action,
    Kind,
    Measure,
    Standing,
    Status,
    Step,
    Tick,
)
from hotline.core.errors import Conflict


@given(some.lists(some.sampled_from(Action), max_size=12))
def test_nothing_is_issued_that_was_not_approved_since_it_was_last_changed(
    tried: list[Action],
) -> None:
    status, read = Status.DRAFT, False
    for action in tried:
        try:
            after = states.after(status, action)
        except Conflict:
            continue
        if after is Status.ISSUED:
            assert read
        read = action is Action.APPROVE or (read and action is not Action.REVISE)
        status = after


@given(some.sampled_from(Kind), some.lists(some.sampled_from(Step), max_size=12))
def test_a_recipient_only_stands_where_its_kind_of_letter_leads(
    kind: Kind, tried: list[Step]
) -> None:
    standing, reached = Standing.SENT, {Standing.SENT, *RECIPIENTS[kind].values()}
    for step in tried:
        try:
            standing = states.stepped(kind, standing, step)
        except Conflict:
            continue
        assert standing in reached


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_come_to_an_end_from_wherever_it_stands(kind: Kind) -> None:
    steps = RECIPIENTS[kind]
    for standing in {Standing.SENT, *steps.values()}:
        seen: set[Standing] = set()
        grown = {standing}
        while grown - seen:
            seen |= grown
            grown = {steps[at, step] for at, step in steps if at in seen}
        assert seen & ENDS[kind]


def test_what_is_at_its_end_stays_there() -> None:
    ended = (Status.CLOSED, Status.WITHDRAWN)
    assert not [key for key in LETTERS if key[0] in ended]
    assert not [key for key in MEASURES if key[0] in states.KEPT]


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(Conflict):
        states.after(Status.DRAFT, Action.ISSUE)
    with pytest.raises(Conflict):
        states.stepped(Kind.BULLETIN, Standing.ACKNOWLEDGED, Step.ANSWER)
    with pytest.raises(Conflict):
        states.ticked(Measure.AGREED, Tick.ACCEPT)
