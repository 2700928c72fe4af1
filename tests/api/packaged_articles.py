"""The packaged articles, and who writes, judges and publishes; no index outlives its test."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from knowledge.articles import seeding
from knowledge.searching import shelf
from tests.api.conftest import another, sign_in


@pytest.fixture(autouse=True)
def seeded(session: Session, now: datetime) -> Iterator[None]:
    shelf.forget()
    seeding.seed(session, now=now)
    yield
    shelf.forget()


@pytest.fixture
def editor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.EDITOR, now)


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)
