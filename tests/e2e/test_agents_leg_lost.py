"""A switch or a worker goes while a desk phone rings, or while an agent talks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.caller import AWAY_S
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallEnded,
    CallRated,
    offer_name,
)
from tests.e2e.bench import Bench
from tests.e2e.desk import (
    NOTICE_S,
    SEAT,
    TALK_S,
    desk_phone,
    put_through,
    start_worker,
)
from tests.e2e.phone import Phone
from tests.e2e.test_callbacks_telephone import PROMPT_S

pytestmark = pytest.mark.e2e


@pytest.fixture
def own_worker() -> Iterator[Bench]:
    """A worker that the test may end."""
    made = start_worker()
    yield made
    made.process.kill()
    made.process.wait(60)
    made.close()


def test_a_switch_that_dies_while_they_talk_is_told_who_talks_and_how_it_was_rated(
    own_worker: Bench, tmp_path: Path
) -> None:
    desk = desk_phone().ring().answer().wait(NOTICE_S + TALK_S).hang_up()
    caller = Phone().wait(NOTICE_S + TALK_S + PROMPT_S + 1).press_in_band("5").until_hung_up()
    put = put_through(own_worker, caller, desk, tmp_path)
    own_worker.report(AgentJoined, put.call_id)
    own_worker.part()
    assert own_worker.meet().offers == (offer_name(put.call_id, SEAT),)
    own_worker.part()
    put.finish()  # the worker carries them on by itself
    own_worker.meet()
    assert own_worker.report(CallRated, put.call_id).rating == 5
    assert own_worker.report(CallEnded, put.call_id).reason == "agent_hung_up"
    own_worker.part()
    assert own_worker.meet().offers == ()


def test_a_switch_that_says_nothing_more_costs_no_caller(own_worker: Bench, tmp_path: Path) -> None:
    caller = Phone().wait(AWAY_S + 5).press("#").until_hung_up()
    put = put_through(own_worker, caller, desk_phone().refuse("486 Busy Here"), tmp_path)
    own_worker.part()
    put.finish()
    own_worker.meet()
    assert own_worker.report(CallEnded, put.call_id).reason == "nothing_heard"


def test_a_worker_told_to_stop_ends_both_legs_and_blames_no_agent(
    own_worker: Bench, tmp_path: Path
) -> None:
    desk = desk_phone().ring().answer().until_hung_up()
    put = put_through(own_worker, Phone().until_hung_up(), desk, tmp_path)
    own_worker.report(AgentJoined, put.call_id)
    own_worker.process.terminate()
    outcomes = {type(each): each for each in (own_worker.told.get(timeout=60) for _ in range(2))}
    put.finish()
    assert isinstance(gone := outcomes[AgentGone], AgentGone)
    assert gone.outcome in ("lost", "caller_gone")
    assert isinstance(ended := outcomes[CallEnded], CallEnded)
    assert ended.reason == "worker_stopped"
