"""0 bytes of a sealed ticket's requester are in the live stream, and not its number either."""

import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from hotline.bench import webs
from hotline.console.live import stream_url
from hotline.core import db
from hotline.core.accounts import Role
from hotline.core.security import PERMISSIONS, Permission
from hotline.core.settings import Settings
from tests.canary.conftest import Door
from tests.canary.needles import NAME, SAID_AGAIN, found_in
from tests.canary.planting import canary_call, planted

pytestmark = pytest.mark.long

LISTENERS = [role for role in Role if PERMISSIONS[Permission.STREAM_READ].get(role)]
WITHIN_S = 60
# Every event, and those that the console's pages ask for.
STREAMS = ("/api/v1/stream", stream_url())


@pytest.fixture
def web(site: Engine, own: Settings) -> Iterator[str]:
    """The address of a real web process on this database."""
    there = own.model_copy(update={"database_url": site.url.render_as_string(hide_password=False)})
    with webs.running(there, 1) as (port,):
        yield f"http://{webs.HOST}:{port}"


def heard(web: str, listener: TestClient, path: str, last: str) -> str:
    """Return all that the stream has sent from the first event on until it names the last one."""
    told, until = "", time.monotonic() + WITHIN_S
    headers = {**listener.headers, "Last-Event-ID": "0-0"}
    with httpx.stream("GET", f"{web}{path}", headers=headers, timeout=WITHIN_S) as stream:
        assert stream.status_code == httpx.codes.OK
        for part in stream.iter_text():
            told += part
            if last in told:
                return told
            assert time.monotonic() < until, f"{last} was not named"
    raise AssertionError(f"the stream ended before {last}")


def test_no_byte_of_a_sealed_requester_is_in_the_stream(site: Engine, door: Door, web: str) -> None:
    agent, lead = door(Role.AGENT), door(Role.TEAM_LEAD)
    with db.transaction(site) as session:
        call_id = canary_call(session)
    number = planted(call_id, agent)["ticket"]
    why = {"reason": f"涉及{NAME}本人", "readers": []}
    assert lead.post(f"/api/v1/tickets/{number}/seal", json=why).status_code == httpx.codes.OK
    lead.post(f"/api/v1/tickets/{number}/remind", json={"text": SAID_AGAIN})
    lamp = {"text": "城关区某路路灯不亮，请求维修。", "caller": "13800000000"}
    last = agent.post("/api/v1/tickets", json=lamp).json()["number"]
    for path in STREAMS:
        theirs = heard(web, lead, path, last)
        assert number in theirs  # or nothing would be proved of the others
        assert found_in(theirs.encode()) == []
        for role in LISTENERS:
            told = heard(web, door(role), path, last)
            assert [each for each in (number, call_id) if each in told] == [], role
            assert found_in(told.encode()) == [], role
