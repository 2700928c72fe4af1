"""Nobody waits for a page for ever: PostgreSQL ends what the web asks for too long."""

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from hotline.core.db import connect, limit_statements, transaction
from hotline.web.access import open_session
from tests.apps import fresh_app


@pytest.fixture
def limited(engine: Engine) -> Iterator[Engine]:
    """The tests' database as the web of a site with a limit of one second connects to it."""
    made = connect(engine.url.render_as_string(hide_password=False))
    limit_statements(made, seconds=1)
    yield made
    made.dispose()


def test_a_statement_that_takes_too_long_is_ended(limited: Engine) -> None:
    with limited.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "1s"
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
        with pytest.raises(OperationalError, match="statement timeout"):
            connection.execute(text("SELECT pg_sleep(5)"))


def test_a_request_that_waits_for_a_lock_is_told_to_come_again(
    engine: Engine, limited: Engine
) -> None:
    app = fresh_app()

    def opened() -> Iterator[Session]:
        with transaction(limited) as session:
            yield session

    app.dependency_overrides[open_session] = opened
    client = TestClient(app, headers={"X-API-Key": "hk_x"})
    with engine.connect() as holder:
        holder.execute(text("LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        answer = client.get("/api/v1/work-orders")
        holder.rollback()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert time.monotonic() - began > 0.9
    assert client.get("/api/v1/work-orders").status_code == 401
