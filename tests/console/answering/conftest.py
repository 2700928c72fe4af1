"""The packaged articles beside a call; no index outlives its test."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from knowledge.articles import seeding
from knowledge.searching import shelf
from telephony import records, words_now
from telephony.models import Call
from tests.api.conftest import another
from tests.console.conftest import agent, anonymous, auditor, enter
from tests.factories import arrival

__all__ = ["agent", "anonymous", "auditor"]


@pytest.fixture(autouse=True)
def seeded(session: Session, now: datetime) -> Iterator[None]:
    shelf.forget()
    seeding.seed(session, now=now)
    yield
    shelf.forget()


@pytest.fixture
def editor(session: Session, now: datetime) -> TestClient:
    """A browser in which a knowledge editor is signed in."""
    return enter(another(session), session, Role.EDITOR, now)


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    """A browser in which a supervisor is signed in."""
    return enter(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def call(session: Session, now: datetime) -> Call:
    """A caller on the line who has said nothing yet."""
    made = records.open_call(session, arrival(now))
    records.answer_call(session, str(made.id), at=now)
    return made


def say(session: Session, call: Call, text: str, now: datetime, *, start_s: float = 1.0) -> None:
    """Let the caller say this."""
    records.add_utterance(
        session,
        call,
        speaker=words_now.CALLER,
        seq=words_now.place(start_s),
        start_s=start_s,
        end_s=start_s + 1,
        text=text,
        confidence=0.9,
        now=now,
    )
    session.flush()
