"""What a console of another system is told of a call: names it knows, codes, no number in full."""

import uuid
from datetime import UTC, datetime

import pytest

from hotline.core.event_types import EventType
from telephony.models import Call
from telephony.pushes import NAMES, push_of

CALL = {"call": "0b6e", "direction": "in"}


def test_every_event_of_a_call_is_told_or_kept_back_on_purpose() -> None:
    kept_back = {EventType.CALL_TRANSCRIPT, EventType.CALL_PROPOSAL, EventType.CALL_SUPERVISED}
    of_calls = {each for each in EventType if each.startswith("call.")}
    assert of_calls == set(NAMES) | kept_back


@pytest.mark.parametrize(
    ("direction", "sides"),
    [
        ("in", {"caller": "139****1234", "called": "12345"}),
        ("out", {"called": "139****1234"}),
    ],
)
def test_a_new_call_tells_who_rings_whom(direction: str, sides: dict[str, str]) -> None:
    call = Call(
        id=uuid.UUID(int=7),
        person_id=uuid.UUID(int=8),
        caller_masked="139****1234",
        called="12345",
        direction=direction,
        sip_call_id="",
        worker="w",
        started_at=datetime(2026, 11, 25, tzinfo=UTC),
    )
    push = push_of("call.ringing", "switch", {**CALL, "direction": direction}, call)
    assert push
    assert push.name == "newCall"
    assert push.data == {"call": "0b6e", "direction": direction, **sides}


def test_who_did_it_is_named_where_the_event_does_not() -> None:
    held = push_of("call.held", "agent-7", CALL, None)
    offered = push_of("call.offered", "switch", {**CALL, "agent": "agent-8"}, None)
    assert held
    assert offered
    assert (held.name, held.data["agent"]) == ("hold", "agent-7")
    assert (offered.name, offered.data["agent"]) == ("ring", "agent-8")


def test_that_a_supervisor_listens_is_told_nobody() -> None:
    for type in ("call.party_invited", "call.party_joined", "call.party_left"):
        assert push_of(type, "switch", {**CALL, "part": "supervisor"}, None) is None
    assert push_of("call.supervised", "lead", CALL, None) is None
