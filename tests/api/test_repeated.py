"""Every POST of the work-order and ticket API, sent five times at once with one key.

Each is sent in the scene in which it succeeds; new rooms are found by the description itself.
`test_repeated_beside` has the rest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.api.repeating.asking import Written, writing
from tests.api.repeating.cases import KEYED, NEITHER, ONCE_BY_NATURE
from tests.api.repeating.scenes import CITY, COUNTY, SCENES, Known
from tests.api.repeating.sending import AT_ONCE, Sending, done
from tests.api.repeating.stage import Rows, Stage, staged

POSTS = {each.operation_id: each for each in writing() if each.method == "post"}
# The work-order and ticket API: what a department's system and the desk send.
OURS = ("work-orders", "tickets", "clusters", "arbitrations", "supervisions", "callbacks")
WHO = ("lead", COUNTY, CITY)


def keyed() -> list[str]:
    mine = [each for each in POSTS.values() if each.keyed and _is_ours(each)]
    return [each.operation_id for each in mine if each.operation_id not in KEYED]


def _is_ours(post: Written) -> bool:
    return post.path.removeprefix("/api/v1/").partition("/")[0] in OURS


def test_every_post_of_the_work_order_and_ticket_api_takes_a_key() -> None:
    bare = {each.operation_id for each in POSTS.values() if _is_ours(each) and not each.keyed}
    assert bare <= {*ONCE_BY_NATURE, *NEITHER}


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """A database of this file's own: what it commits nobody else meets."""
    with staged(engine, "repeated") as made:
        yield made


@dataclass
class Case:
    """How an operation succeeds: who sends what, in which scene."""

    who: str
    scene: Callable[[Session], Known]
    example: Any

    def new(self, stage: Stage, post: Written) -> Sending:
        return Sending(stage, post, self.who, stage.scene(self.scene), self.example)


def find(stage: Stage, post: Written) -> Case | None:
    """Return the first case that succeeds and adds rows; None when none does."""
    for who in WHO:
        for scene in [each for each in SCENES if stage.has(each, post)]:
            for example in post.bodies or (None,):
                case = Case(who, scene, example)
                sending, before = case.new(stage, post), stage.counts()
                answer = sending.once("once-1")
                if answer is None or answer[0] in (401, 403, 405):
                    break
                if answer[0] < 300 and stage.added_since(before):
                    return case
    return None


@pytest.mark.parametrize("operation_id", keyed())
def test_five_at_once_with_one_key_have_one_effect(stage: Stage, operation_id: str) -> None:
    post = POSTS[operation_id]
    case = find(stage, post)
    assert case, f"{operation_id} succeeds in no scene: add one to tests/api/repeating/scenes.py"
    added = _alone(stage, case.new(stage, post))
    sending, before = case.new(stage, post), stage.counts()
    answers = sending.five("five")
    assert answers == [answers[0]] * AT_ONCE
    assert answers[0][0] < 300, answers[0]
    assert done(stage.added_since(before)) == done(added)
    refused = sending.refused("five")
    assert {status for status, _ in refused} <= {422}, refused
    assert not refused or any("used for another request" in str(told) for _, told in refused)
    assert done(stage.added_since(before)) == done(added)


def _alone(stage: Stage, sending: Sending) -> Rows:
    """Return which rows the request adds when it is sent once, its caller known already."""
    before = stage.counts()
    assert sending.once("once-2")
    added = stage.added_since(before)
    assert added
    return added
