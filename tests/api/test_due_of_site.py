"""`hotline due --site` counts by the notices that were taken in, as the API does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session
from typer.testing import CliRunner

from hotline.cli import app
from hotline.core import db
from hotline.core.accounts import Role
from tests.api.conftest import another, sign_in

HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"
NOTICE = {
    "file": "notice.csv",
    "text": f"{HEADER}540100,2026-12-03,off,放假,测试放假通知,拉萨市,2026-11-20,\n"
    f"540102,2026-12-07,off,停电,城关区测试通知,城关区,2026-11-20,\n",
}
START = "2026-12-01T10:00:00+08:00"


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture(autouse=True)
def _of_this_test(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's database is the test's own transaction."""

    @contextmanager
    def lent() -> Iterator[Session]:
        yield session

    monkeypatch.setattr(db, "transaction", lent)


def printed(limit: str, calendar: str, *more: str) -> dict[str, object]:
    asked = ("due", "--start", START, "--limit", limit, "--calendar", calendar, "--json", *more)
    done = CliRunner().invoke(app, list(asked))
    assert done.exit_code == 0
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("calendar", ["000000", "540100", "540102"])
@pytest.mark.parametrize("limit", ["3wd", "4wh", "26h", "7d"])
def test_it_prints_what_the_api_answers(supervisor: TestClient, limit: str, calendar: str) -> None:
    before = printed(limit, calendar)
    assert printed(limit, calendar, "--site") == before
    assert supervisor.post("/api/v1/rules/calendars", json=NOTICE).status_code == 200

    asked = {"start": START, "limit": limit, "calendar": calendar}
    answer = supervisor.get("/api/v1/rules/due", params=asked).json()

    assert printed(limit, calendar, "--site") == answer
    assert printed(limit, calendar) == before


def test_a_day_off_that_was_taken_in_moves_the_due_time_of_the_site_alone(
    supervisor: TestClient,
) -> None:
    supervisor.post("/api/v1/rules/calendars", json=NOTICE)
    assert str(printed("3wd", "540100")["due"]).startswith("2026-12-04")
    assert str(printed("3wd", "540100", "--site")["due"]).startswith("2026-12-07")
    assert str(printed("3wd", "540102", "--site")["due"]).startswith("2026-12-08")
