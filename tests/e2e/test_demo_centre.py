"""`hotline up --demo`: a made-up centre that lives, says so, and ends with Ctrl-C."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.e2e.conftest import Hotline, start, stop, wait_for

pytestmark = pytest.mark.e2e

CALL_WITHIN_S = 300  # notice, greeting, words, rating, and a machine that is busy otherwise


@pytest.fixture(scope="module")
def centre() -> Iterator[Hotline]:
    running = start(Path(tempfile.mkdtemp(prefix="hotline-centre-")), "--demo")
    family = psutil.Process(running.process.pid).children(recursive=True)
    yield running
    code = stop(running)
    assert code == os.EX_OK, running.log.read_text()[-3000:]
    _, left = psutil.wait_procs(family, timeout=30)
    assert not left
    assert "Traceback" not in running.log.read_text()


def test_a_visitor_finds_a_day_of_tickets_and_sees_that_it_is_made_up(centre: Hotline) -> None:
    told = wait_for(lambda: centre.get("/tickets?limit=100")["items"], 60, "no day was told")
    assert len(told) >= 60
    note = json.loads((centre.data_dir / "ready.json").read_text())
    assert note["data_dir"] == f"{centre.data_dir.resolve()}-demo"
    assert {"agent", "lead", "handler", "auditor"} <= note["people"].keys()
    given = {"username": "lead", "password": note["people"]["lead"], "next": "/console/tour"}
    with httpx.Client(base_url=centre.client.base_url, follow_redirects=True, timeout=60) as one:
        origin = {"Origin": str(centre.client.base_url).rstrip("/")}
        shown = one.post("/console/sign-in", data=given, headers=origin)
    assert shown.status_code == httpx.codes.OK, shown.text
    assert shown.url.path == "/console/tour"
    assert '<p class="demo"' in shown.text


def test_a_real_call_is_answered_and_becomes_an_order(centre: Hotline) -> None:
    def dispatched() -> dict[str, Any]:
        calls = centre.get("/calls?limit=20")["items"]
        numbers = [call["ticket"] for call in calls if call["ticket"]]
        newest = [centre.get(f"/tickets/{each}") for each in numbers[:1]]
        return next((each for each in newest if each["orders"] and by_played(each)), {})

    def by_played(ticket: dict[str, Any]) -> bool:
        return ticket["history"][0]["actor"] in ("agent11", "agent12")

    assert wait_for(dispatched, CALL_WITHIN_S, "no call became an order")["text"]
