"""A page that can't be shown says so as the API does: by its status and in the log."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import Session
from structlog.testing import CapturingLogger

from hotline.core.db import transaction
from hotline.web import errors
from hotline.web.access import open_session
from tests.apps import fresh_app

PAGES = ["/console/tickets/261125000011", "/t/261125000011?key=abcdefghijklmnop"]


def broken(engine: Engine, by: str) -> TestClient:
    """Return a client of an app whose every request's first statement fails like this."""
    app = fresh_app()

    def opened() -> Iterator[Session]:
        with transaction(engine) as session:
            if not by:
                raise ZeroDivisionError("canary-statement")
            session.execute(text(by))
            yield session

    app.dependency_overrides[open_session] = opened
    return TestClient(app, raise_server_exceptions=False, cookies={"hotline_session": "x"})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("by", "status", "told"),
    [
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", 503, "database.away"),
        ("SELECT 1 / 0", 422, "request.unstorable"),
        ("", 500, "request.failed"),
    ],
)
def test_a_page_fails_as_the_api_does(
    engine: Engine,
    path: str,
    by: str,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(errors, "log", log)
    page = broken(engine, by).get(path, follow_redirects=False)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert ("Retry-After" in page.headers) is (status == 503)
    assert [call.args[0] for call in log.calls] == [told]
    assert "canary-statement" not in page.text
    assert "pg_sleep" not in page.text
