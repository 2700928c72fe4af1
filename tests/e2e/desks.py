"""Departments' systems at a running hotline: their orders, their keys, their own connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from hotline.core import settings as core_settings
from hotline.core.clock import now
from hotline.core.db import connect
from tests.e2e.conftest import Hotline
from tests.factories import create_ticket

LEAD, ASSISTING, STRANGER = "540102-urban", "540100-urban", "540100-veterans"
SETTINGS = ("DATA_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY")


@contextmanager
def settings_of(data_dir: Path, **given: str) -> Iterator[None]:
    """Have this process see a hotline's settings and its vault's key."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.setenv(f"HOTLINE_{name}", given.get(name, ""))
        patch.setenv("HOTLINE_DATA_DIR", str(data_dir))
        _forget()
        yield
    _forget()


@contextmanager
def database_of(data_dir: Path) -> Iterator[Engine]:
    """Yield the database of a running hotline; what is written here, its processes see."""
    with settings_of(data_dir):
        engine = connect(core_settings.settings().database_address)
        yield engine
        engine.dispose()


def _forget() -> None:
    core_settings.settings.cache_clear()


def dispatched(hotline: Hotline, *departments: str) -> str:
    """Register a ticket, have it dispatched to these departments, and return its number."""
    with database_of(hotline.data_dir) as engine, Session(engine) as session:
        number = create_ticket(session, now=now()).number
        session.commit()
    path = f"/api/v1/tickets/{number}/dispatch"
    answer = hotline.client.post(path, json={"departments": departments})
    assert answer.status_code == httpx.codes.OK, answer.text
    return number


@dataclass
class Desk:
    """A department's system, with its key and a connection of its own."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        """Ask below /api/v1/work-orders."""
        return self.client.get(f"/api/v1/work-orders{path}")

    def post(
        self, number: str, verb: str, body: object = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Do this to the order, whatever comes of it."""
        path = f"/api/v1/work-orders/{number}/{verb}"
        return self.client.post(path, json=body, headers=headers)

    def does(self, number: str, verb: str, body: object = None) -> httpx.Response:
        """Do this to the order; fail when it is refused."""
        answer = self.post(number, verb, body)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer

    def feed(self, since: str = "") -> tuple[list[dict[str, Any]], str]:
        """Return all that the department's feed tells since, and where it ends now."""
        told: list[dict[str, Any]] = []
        more = True
        while more:
            answer = self.get(f"/changes?since={since}")
            assert answer.status_code == httpx.codes.OK, answer.text
            page = answer.json()
            told, since, more = told + page["items"], page["next"], page["more"]
        return told, since


@contextmanager
def desk(hotline: Hotline, department: str) -> Iterator[Desk]:
    """Issue a key of the department, and yield the system that holds it."""
    path = f"/api/v1/departments/{department}/api-keys"
    issued = hotline.client.post(path, json={"label": "test"})
    assert issued.status_code == httpx.codes.CREATED, issued.text
    headers = {"X-API-Key": str(issued.json()["key"])}
    base = hotline.client.base_url
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
        yield Desk(client)


def reply(result: str = "更换灯泡三只") -> dict[str, Any]:
    """Return a reply that says enough, the requester having been reached a moment ago."""
    return {
        "result": result,
        "is_true": True,
        "is_solved": True,
        "public_reply": "您反映的路灯已经修好，今晚起正常亮灯。",
        "contacted_at": (now() - timedelta(seconds=1)).isoformat(),
    }
