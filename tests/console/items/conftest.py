"""The packaged items in the console; no index outlives its test."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlmodel import Session

from knowledge.items import searching, seeding
from tests.console.answering.conftest import call, editor, supervisor
from tests.console.conftest import agent, anonymous, auditor

__all__ = ["agent", "anonymous", "auditor", "call", "editor", "supervisor"]


@pytest.fixture(autouse=True)
def seeded(session: Session, now: datetime) -> Iterator[None]:
    searching.forget()
    seeding.seed(session, now=now)
    yield
    searching.forget()
