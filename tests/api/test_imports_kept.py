"""An import over HTTP that takes long holds no transaction open, and its answer is kept."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, QueuePool
from sqlmodel import Session, select

from dispatch.taking_over import importing
from hotline.api import imports
from hotline.app import create_app
from hotline.core import accounts, clock
from hotline.core.accounts import Role
from hotline.core.db import transaction
from hotline.web.access import open_session
from hotline.web.idempotency import KeptReply
from tests import committed
from tests.api.test_imports import NEW, csv_of, sent
from tests.dispatch.import_scene import OPEN

KEY = {"Idempotency-Key": "takeover-1"}


@pytest.fixture
def administrator(engine: Engine) -> Iterator[TestClient]:
    """An administrator whose requests commit; what they wrote is removed afterwards."""

    def own_transaction() -> Iterator[Session]:
        with transaction(engine) as session:
            yield session

    def opening() -> Callable[[], AbstractContextManager[Session]]:
        return partial(transaction, engine)

    with transaction(engine) as session:
        accounts.create_account(
            session, "keeper", "secret-word", role=Role.ADMINISTRATOR, now=clock.now()
        )
    app: FastAPI = create_app()
    app.dependency_overrides |= {open_session: own_transaction, imports.apart: opening}
    client = TestClient(app)
    body = {"username": "keeper", "password": "secret-word"}
    token = client.post("/api/v1/sessions", json=body).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    yield client
    committed.remove(engine)


def test_the_request_holds_no_connection_of_its_own_while_it_imports(
    administrator: TestClient, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, take_in = [], importing.take_in
    assert isinstance(engine.pool, QueuePool)
    before = engine.pool.checkedout()

    def watched(*given: Any, **more: Any) -> Any:
        assert isinstance(engine.pool, QueuePool)
        held.append(engine.pool.checkedout() - before)
        return take_in(*given, **more)

    monkeypatch.setattr(importing, "take_in", watched)
    first = sent(administrator, csv_of(tmp_path, OPEN), headers=KEY)
    assert (first.json()["added"], held) == (1, [0])  # its own begins with the first statement
    assert sent(administrator, csv_of(tmp_path, OPEN), headers=KEY).json() == first.json()
    assert sent(administrator, csv_of(tmp_path, NEW), headers=KEY).status_code == 422
    assert len(held) == 1


def test_an_import_that_failed_leaves_its_key_free(
    administrator: TestClient, engine: Engine, tmp_path: Path
) -> None:
    refused = sent(administrator, csv_of(tmp_path, OPEN | {"状态": "打回"}), headers=KEY)
    assert refused.status_code == 422
    with transaction(engine) as session:
        assert session.exec(select(KeptReply)).all() == []
    assert sent(administrator, csv_of(tmp_path, OPEN), headers=KEY).json()["added"] == 1
