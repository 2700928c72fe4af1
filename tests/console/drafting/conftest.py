"""A call at the agent's seat in which the caller has said what is the matter."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.clock import now as clock
from telephony import records, words_now
from telephony.models import Call
from tests.api import calls_scene as scene

SAID = (
    "喂你好",
    "我要投诉城关区江苏路三十八号的路灯",
    "路灯坏了一个星期没有人来修",
    "我的电话是13989001234",
)
PART = {"hx-request": "true"}


@pytest.fixture
def at() -> datetime:
    return clock()


def say(session: Session, call: Call, *texts: str, start_s: float = 2.0) -> None:
    """Let the caller say these, one after the other."""
    for place, text in enumerate(texts):
        begins = start_s + 10 * place
        records.add_utterance(
            session,
            call,
            speaker=words_now.CALLER,
            seq=words_now.place(begins),
            start_s=begins,
            end_s=begins + 3,
            text=text,
            confidence=0.9,
            now=clock(),
        )
    session.flush()


@pytest.fixture
def call(agent: TestClient, session: Session, at: datetime) -> Call:
    """The agent's call, with four sentences of its caller's."""
    assert agent
    seat = scene.seat_of(session, "agent-1", at)
    made = scene.caller(session, at)
    scene.talking(session, seat, made, at)
    say(session, made, *SAID)
    return made


class Desk:
    """The form of one call as one browser has it."""

    def __init__(self, client: TestClient, call: Call) -> None:
        self.client, self.at = client, f"/console/calls/{call.id}/form"

    def show(self, part: str = "") -> str:
        answer = self.client.get(f"{self.at}{part}", headers=PART)
        assert answer.status_code == 200, answer.text
        return answer.text

    def press(self, key: str = "", status: int = 200, /, **given: str) -> str:
        answer = self.client.post(f"{self.at}{key}", data=given, headers=PART)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def desk(agent: TestClient, call: Call) -> Desk:
    return Desk(agent, call)
