"""Every other write of the description, sent five times at once, has one effect too."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.api.repeating.asking import Written, writing
from tests.api.repeating.cases import ANSWERED_ONCE, CHANGE_ROWS, KEYED, NEITHER, ONCE_BY_NATURE, By
from tests.api.repeating.sending import AT_ONCE, Sending, done
from tests.api.repeating.stage import Rows, Stage, staged
from tests.api.test_repeated import keyed

WRITES = {each.operation_id: each for each in writing()}


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """A database of this file's own: what it commits nobody else meets."""
    with staged(engine, "repeated_beside") as made:
        yield made


def test_every_write_of_the_description_is_sent_five_times_or_says_why_not() -> None:
    covered = [*keyed(), *KEYED, *ONCE_BY_NATURE, *NEITHER]
    assert sorted(covered) == sorted(WRITES)


def test_every_post_that_changes_anything_takes_a_key_unless_its_nature_is_enough() -> None:
    bare = {each.operation_id for each in WRITES.values() if not each.keyed}
    assert bare == {*ONCE_BY_NATURE, *NEITHER}


@pytest.mark.parametrize("operation_id", KEYED)
def test_five_at_once_with_one_key_have_one_effect(stage: Stage, operation_id: str) -> None:
    post, by = WRITES[operation_id], KEYED[operation_id]
    alone = _alone(stage, post, by)
    # One that adds nothing shows nothing: it needs another scene.
    assert alone or operation_id in CHANGE_ROWS
    sending, before = _sending(stage, post, by), stage.counts()
    answers = sending.five("five")
    if operation_id in ANSWERED_ONCE:
        assert sorted(status for status, _ in answers)[1:] == [409] * (AT_ONCE - 1)
        answers = [each for each in answers if each[0] < 300]
    assert answers
    assert answers == [answers[0]] * len(answers)
    assert answers[0][0] < 300, answers
    assert done(stage.added_since(before)) == done(alone)
    refused = sending.refused("five")
    assert {status for status, _ in refused} <= {422}, refused
    assert not refused or any("used for another request" in str(told) for _, told in refused)
    assert done(stage.added_since(before)) == done(alone)


@pytest.mark.parametrize("operation_id", ONCE_BY_NATURE)
def test_five_at_once_do_what_one_does(stage: Stage, operation_id: str) -> None:
    post, by = WRITES[operation_id], ONCE_BY_NATURE[operation_id]
    alone = _alone(stage, post, by)
    sending, before = _sending(stage, post, by), stage.counts()
    statuses = [status for status, _ in sending.five("five")]
    assert min(statuses) < 300, statuses
    assert max(statuses) < 500, statuses
    assert stage.added_since(before) == alone


def _alone(stage: Stage, post: Written, by: By) -> Rows:
    """Return which rows the request adds when it is sent once, its caller known already."""
    _sending(stage, post, by).once("once-1")
    sending = _sending(stage, post, by)
    before = stage.counts()
    answer = sending.once("once-2")
    assert answer
    assert answer[0] < 300, answer
    return stage.added_since(before)


def _sending(stage: Stage, post: Written, by: By) -> Sending:
    example = post.bodies[0] if post.bodies else None
    return Sending(stage, post, by.who, stage.scene(by.scene), example)
