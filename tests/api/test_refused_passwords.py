"""A wrong password at any door: counted, as slow as any other, and never run twice."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from hotline.core import accounts, clock, db, events
from hotline.core import settings as core_settings
from hotline.core.accounts import Role
from hotline.core.db import transaction
from hotline.core.people import passwords
from hotline.web import access
from hotline.web.access import open_session
from hotline.web.refusals import REFUSED_AFTER_S
from tests import committed
from tests.api.conftest import another
from tests.apps import fresh_app


def test_basic_credentials_run_argon2_once_and_die_with_the_password(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = accounts.create_account(session, "basic", "yak", role=Role.AGENT, now=now)
    runs = []
    checked = passwords.check

    def counted(password: str, kept: str) -> passwords.Verdict:
        runs.append(kept)
        return checked(password, kept)

    monkeypatch.setattr(passwords, "check", counted)
    client = another(session)
    for _ in range(5):
        assert client.get("/api/v1/tickets", auth=("basic", "yak")).status_code == 200
    assert len(runs) == 1
    account.password_hash = passwords.hash_password("other")
    session.flush()
    assert client.get("/api/v1/tickets", auth=("basic", "yak")).status_code == 401
    assert client.get("/api/v1/tickets", auth=("basic", "other")).status_code == 200
    account.disabled_at = now
    session.flush()
    assert client.get("/api/v1/tickets", auth=("basic", "other")).status_code == 401


@pytest.fixture
def committing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A client whose requests commit, and an account to guess at from as many addresses."""
    monkeypatch.setenv("HOTLINE_RATE_SIGN_IN", "0")
    monkeypatch.setenv("HOTLINE_LOCK_AFTER_FAILURES", "5")
    core_settings.settings.cache_clear()

    def own_transaction() -> Iterator[Session]:
        yield from _as_served(engine)

    with transaction(engine) as session:
        accounts.create_account(session, "tashi", "yak", role=Role.AGENT, now=clock.now())
    app = fresh_app()
    app.dependency_overrides[open_session] = own_transaction
    yield TestClient(app)
    monkeypatch.undo()
    core_settings.settings.cache_clear()
    committed.remove(engine)


def _as_served(engine: Engine) -> Iterator[Session]:
    """Do what `open_session` does, on the tests' own database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "engine", lambda: engine)
        yield from access.begun()


@pytest.mark.parametrize("door", ["json", "basic", "page"])
def test_a_name_is_closed_after_five_wrong_passwords_at_any_door(
    committing: TestClient, engine: Engine, door: str
) -> None:
    def tried(password: str) -> int:
        given = {"username": "tashi", "password": password}
        if door == "json":
            return committing.post("/api/v1/sessions", json=given).status_code
        if door == "basic":
            return committing.get("/api/v1/me", auth=("tashi", password)).status_code
        page = committing.post("/console/sign-in", data=given, follow_redirects=False)
        return page.status_code

    assert {tried("wrong") for _ in range(5)} == {401}
    assert tried("yak") == 401
    with transaction(engine) as session:
        account = accounts.find(session, "tashi")
        assert account
        assert account.locked_until
        told = [event.type for event in events.history(session, "account:tashi")]
        assert told.count("account.locked") == 1
        account.locked_until = clock.now()
    assert tried("yak") in (200, 201, 303)


@pytest.mark.usefixtures("client")
def test_no_refusal_leaves_before_half_a_second_whoever_is_named(session: Session) -> None:
    stranger = another(session)
    for name in ("agent-1", "nobody"):
        for door in ("/api/v1/sessions", "/console/sign-in"):
            given = {"username": name, "password": "wrong"}
            began = time.monotonic()
            body = {"json": given} if door.startswith("/api") else {"data": given}
            assert stranger.post(door, **body).status_code == 401  # type: ignore[arg-type]
            assert time.monotonic() - began >= REFUSED_AFTER_S
        began = time.monotonic()
        assert stranger.get("/api/v1/me", auth=(name, "wrong")).status_code == 401
        assert time.monotonic() - began >= REFUSED_AFTER_S
