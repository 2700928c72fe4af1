"""From a call's events to the figures of a call centre: offered, answered, given up, held."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from hotline.core.events import Audience, Event, EventType
from telephony import facts
from telephony.facts import CallFacts
from telephony.ordering import Verb
from tests.telephony.floor_scene import Floor

BEGAN = datetime(2026, 11, 25, 4, tzinfo=UTC)
ID = uuid.UUID(int=7)
Told = tuple[EventType, float, dict[str, Any]]
HOLDING = (EventType.CALL_HELD, EventType.CALL_RESUMED, EventType.CALL_TRANSFERRED)


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


def told(*happened: Told) -> CallFacts:
    """Return what these events tell, each so many seconds after the first."""
    chain = [
        Event(
            at=BEGAN + timedelta(seconds=after),
            type=type,
            chain=f"call:{ID}",
            seq=seq,
            actor="switch",
            audience=Audience.INTERNAL,
            refs=refs,
            prev_hash="",
            hash="",
        )
        for seq, (type, after, refs) in enumerate(happened, 1)
    ]
    return facts.of_events(chain)


def of(scene: Floor) -> list[CallFacts]:
    day = timedelta(days=1)
    return facts.of_calls(scene.session, scene.now - day, scene.now + day)


def test_a_call_that_was_held_and_written_down_is_told_whole(scene: Floor) -> None:
    seat = scene.seat("one")
    call = scene.call()
    scene.connect(call, seat)
    for verb in (Verb.HOLD, Verb.UNHOLD):
        scene.later(10)
        scene.ask(seat, verb, call)
    scene.gone(call, seat, "hung_up", talked=True)
    scene.end(call, "agent_hung_up")
    scene.later(scene.own.wrap_up_s)
    [one] = of(scene)
    assert (one.call_id, one.offered, one.holds, one.held) == (call.id, 1, 1, timedelta(seconds=10))
    assert one.wrap_up_s == scene.own.wrap_up_s
    assert not one.abandoned


def test_who_gave_up_is_counted_and_who_did_so_at_once_apart(scene: Floor) -> None:
    seat = scene.seat("one")
    answered, gave_up, at_once = (scene.call(f"1390000000{n}") for n in range(3))
    scene.connect(answered, seat)
    scene.end(at_once)
    scene.later(40)
    scene.end(gave_up)
    counted = facts.figures(of(scene), within_s=15, short_s=5)
    assert (counted.calls, counted.wanted, counted.answered_within) == (3, 3, 1)
    assert (counted.abandoned, counted.short_abandoned) == (2, 1)
    assert counted.longest_wait_s == 40


def test_who_leaves_a_message_or_is_called_back_has_not_given_up() -> None:
    queued: Told = (EventType.CALL_QUEUED, 0, {})
    ended = EventType.CALL_ENDED
    message = told(queued, (ended, 60, {"reason": "message_left"}))
    asked = told(
        queued,
        (EventType.CALL_MISSED, 59, {"why": "asked"}),
        (ended, 60, {"reason": "caller_hung_up"}),
    )
    gave_up = told(queued, (ended, 60, {"reason": "caller_hung_up"}))
    assert [each.abandoned for each in (message, asked, gave_up)] == [False, False, True]


def test_answered_within_counts_the_caller_s_own_wait() -> None:
    one = told(
        (EventType.CALL_RINGING, 0, {}),
        (EventType.CALL_QUEUED, 10, {}),
        (EventType.CALL_QUEUED, 12, {}),  # handed on
        (EventType.CALL_CONNECTED, 25, {}),
        (EventType.CALL_ENDED, 90, {"reason": "agent_hung_up"}),
    )
    assert one.waited_s == 15
    assert one.answered_within(15)
    assert not one.answered_within(14.9)


@given(st.lists(st.tuples(st.sampled_from(HOLDING), st.floats(0, 100)), max_size=12))
def test_no_caller_is_held_for_longer_than_the_call(
    happened: list[tuple[EventType, float]],
) -> None:
    spans = sorted(after for _, after in happened)
    steps: list[Told] = [
        (type, after, {}) for (type, _), after in zip(happened, spans, strict=True)
    ]
    one = told(*steps, (EventType.CALL_ENDED, 100, {"reason": "caller_hung_up"}))
    assert timedelta() <= one.held <= timedelta(seconds=100)
    assert one.held_since is None
    assert one.holds <= sum(type is EventType.CALL_HELD for type, _ in happened)
