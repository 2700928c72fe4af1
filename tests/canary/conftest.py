"""The hotline in which the canary lives: a database that commits, and people at its doors."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from hotline.core import accounts, clock, db
from hotline.core import settings as core_settings
from hotline.core.accounts import Role
from hotline.core.settings import Settings
from tests import committed
from tests.apps import fresh_app
from tests.canary.planting import URBAN

Door = Callable[[Role], TestClient]


@contextmanager
def standing(engine: Engine, own: Settings) -> Iterator[Engine]:
    """Yield the database as jobs and requests both see it, committed; emptied again afterwards."""
    assert own.data_dir.exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_DATABASE_URL", engine.url.render_as_string(hide_password=False))
        core_settings.settings.cache_clear()
        db.engine.cache_clear()
        yield db.engine()
        db.engine().dispose()
    core_settings.settings.cache_clear()
    db.engine.cache_clear()
    committed.remove(engine)


@pytest.fixture
def site(engine: Engine, own: Settings) -> Iterator[Engine]:
    with standing(engine, own) as it:
        yield it


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return fresh_app()


@pytest.fixture
def door(site: Engine, app: FastAPI) -> Door:
    """Return a client on which somebody of this role is signed in, whose requests commit."""

    def of(role: Role) -> TestClient:
        client = TestClient(app, base_url="http://testserver")
        name = f"{role}-{uuid.uuid4().hex[:6]}"
        with db.transaction(site) as session:
            account = accounts.create_account(
                session, name, "a-long-secret-word", role=role, now=clock.now()
            )
            account.department = URBAN if role in (Role.HANDLER, Role.LEADER) else ""
            account.clearance = "confidential"
        token = client.post(
            "/api/v1/sessions", json={"username": name, "password": "a-long-secret-word"}
        ).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return of
