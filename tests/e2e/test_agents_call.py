"""An agent takes a call at a desk phone, through the whole hotline, whatever dies."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.spoken import to_alaw
from tests.e2e.voices import read, seconds_of, voice

pytestmark = pytest.mark.e2e

NOTICE_S = 7.0
CALLER_HZ, AGENT_HZ = 600.0, 1000.0
ME = "/api/v1/seats/me"


@pytest.fixture
def desk(hotline: Hotline) -> Iterator[Callee]:
    """The desk phone of the one agent, who is logged in until the test ends."""
    phone = Callee(number="1001", port=free_udp_port())
    address = {"address": f"sip:1001@127.0.0.1:{phone.port}"}
    assert hotline.client.put(ME, json=address).status_code == 200
    assert hotline.client.post(f"{ME}/log-in").status_code == 200
    wait_for(lambda: status(hotline) == "ready", 5, "not logged in")
    yield phone
    assert hotline.client.post(f"{ME}/log-off").status_code == 200
    wait_for(lambda: status(hotline) == "logged_off", 10, "the seat is stuck")


def status(hotline: Hotline) -> str:
    return str(hotline.get("/seats/me")["status"])


def call_of(hotline: Hotline, masked_end: str) -> dict[str, Any]:
    """Return the number's newest call in full; empty while there is none."""
    calls = hotline.calls_of(masked_end)
    return hotline.get(f"/calls/{calls[0]['id']}") if calls else {}


def owed_to(hotline: Hotline, masked_end: str) -> list[Any]:
    """Return the calls that the hotline owes this number."""
    rows = hotline.get("/queue")["owed"]
    return [row for row in rows if row["caller"].endswith(masked_end)]


def ended(hotline: Hotline, masked_end: str) -> dict[str, Any]:
    def found() -> dict[str, Any]:
        call = call_of(hotline, masked_end)
        return call if call.get("ended_at") else {}

    return dict(wait_for(found, 20, "the call did not end"))


def events(call: dict[str, Any]) -> list[str]:
    return [event["type"] for event in call["history"]]


def test_the_agent_hangs_up_and_the_caller_rates_the_call(
    hotline: Hotline, desk: Callee, tmp_path: Path
) -> None:
    with voice(CALLER_HZ) as callers, voice(AGENT_HZ) as agents:
        desk.sound_port = agents.port
        listening = desk.ring(1).answer().wait(NOTICE_S + 2).hang_up().listen(tmp_path)
        caller = Phone(number="13900000061", sound_port=callers.port)
        running = (
            caller.wait(NOTICE_S + 5).press("4").until_hung_up().dial(hotline.sip_port, tmp_path)
        )
        wait_for(lambda: status(hotline) == "talking", 20, "nobody talks")
        assert call_of(hotline, "0061")["status"] == "answered"
        finish(listening)
        wait_for(lambda: status(hotline) == "ready", 5, "the seat is not free")
        finish(running)
        assert seconds_of(callers.heard(), AGENT_HZ) > 1
        assert seconds_of(agents.heard(), CALLER_HZ) > 1
    call = ended(hotline, "0061")
    assert (call["agent"], call["rating"], call["end_reason"]) == ("admin", 4, "agent_hung_up")
    assert events(call)[:3] == ["call.ringing", "call.queued", "call.offered"]
    assert {"call.connected", "call.rated"} <= set(events(call))
    [found] = (hotline.data_dir / "recordings").glob(f"*/*/*/{call['id']}.tape")
    tape = read(found)
    assert seconds_of(tape, AGENT_HZ) > 1
    assert seconds_of(tape, CALLER_HZ) > call["seconds"] - 1


def test_a_caller_who_hangs_up_first_rates_nothing_and_no_ticket_is_made_by_the_machine(
    hotline: Hotline, desk: Callee, recordings: Path, tmp_path: Path
) -> None:
    listening = desk.ring().answer().until_hung_up().listen(tmp_path)
    said = to_alaw(recordings / "call_07.wav", tmp_path)
    Phone(number="13900000062").wait(1).speak(said).hang_up().call(hotline.sip_port, tmp_path)
    finish(listening)
    call = ended(hotline, "0062")
    assert (call["agent"], call["rating"], call["end_reason"]) == ("admin", None, "caller_hung_up")
    wait_for(lambda: status(hotline) == "ready", 5, "the seat is not free")
    done = wait_for(
        lambda: (c := call_of(hotline, "0062"))["recording"] == "transcribed" and c,
        60,
        "not written down",
    )
    assert done["transcript"]
    assert done["ticket"] is None
    heard = {"call_id": call["id"], "text": "城关区的路灯坏了，请派人来修。"}
    made = hotline.client.post("/api/v1/tickets", json=heard)
    assert made.status_code == 201, made.text
    assert call_of(hotline, "0062")["ticket"] == made.json()["number"]


def test_a_call_that_the_agent_does_not_take_is_a_message_as_before(
    hotline: Hotline, desk: Callee, recordings: Path, tmp_path: Path
) -> None:
    listening = desk.ring().refuse("486 Busy Here").listen(tmp_path)
    said = to_alaw(recordings / "call_07.wav", tmp_path)
    caller = Phone(number="13900000063").wait(1).speak(said).press("#").wait(0.5).press("#")
    running = caller.wait(0.5).hang_up().dial(hotline.sip_port, tmp_path)
    finish(listening)
    wait_for(lambda: status(hotline) == "paused", 5, "the seat is offered on and on")
    assert hotline.get("/seats/me")["pause_reason"] == "busy"
    finish(running)
    call = ended(hotline, "0063")
    assert (call["agent"], call["rating"]) == (None, None)
    assert hotline.ticket_of("0063")["text"]


def test_a_switch_killed_while_they_talk_still_learns_how_it_was_rated(
    hotline: Hotline, desk: Callee, tmp_path: Path
) -> None:
    listening = desk.ring().answer().wait(NOTICE_S + 4).hang_up().listen(tmp_path)
    caller = Phone(number="13900000064").wait(NOTICE_S + 6).press("5").until_hung_up()
    running = caller.dial(hotline.sip_port, tmp_path)
    wait_for(lambda: status(hotline) == "talking", 20, "nobody talks")
    hotline.process_named("switch").kill()
    for each in (listening, running):
        finish(each)
    wait_for(hotline.ready, 60, "the switch did not come back")
    call = ended(hotline, "0064")
    assert (call["status"], call["agent"], call["rating"]) == ("ended", "admin", 5)
    wait_for(lambda: status(hotline) == "ready", 10, "the seat is stuck")


def test_a_media_worker_killed_with_four_calls_up_costs_its_own_two_and_no_seat(
    hotline: Hotline, desk: Callee, recordings: Path, tmp_path: Path
) -> None:
    said = to_alaw(recordings / "call_07.wav", tmp_path)
    with nobody_there(hotline):  # then the machine takes their messages
        own, *others = [
            leaving_a_message(hotline, place, f"139000000{number}", [said] * times, tmp_path)
            for place, number, times in ((0, 66, 10), (1, 67, 4), (1, 68, 4))
        ]
    listening = desk.ring().answer().wait(60).listen(tmp_path)
    talking = Phone(number="13900000065").wait(60).dial(hotline.sip_port, tmp_path)
    wait_for(lambda: status(hotline) == "talking", 20, "nobody talks")
    hotline.process_named("media-0").kill()
    # How soon: tests/soak/deaths.py
    wait_for(lambda: status(hotline) == "ready", 30, "the seat is stuck")
    wait_for(lambda: owed_to(hotline, "0065"), 30, "nobody owes the agent's caller a call")
    wait_for(lambda: owed_to(hotline, "0066"), 30, "nobody owes the other a call")
    lost = {number: ended(hotline, number) for number in ("0065", "0066")}
    assert {call["status"] for call in lost.values()} == {"lost"}
    assert (lost["0065"]["agent"], lost["0065"]["rating"]) == ("admin", None)
    for each in (listening, talking, own):
        each.kill()
        each.communicate(timeout=60)
    for each in others:
        finish(each)  # they say all that they have to say, and hang up
    for number in ("0067", "0068"):
        assert ended(hotline, number)["end_reason"] == "caller_hung_up"
    wait_for(hotline.ready, 60, "the worker was not replaced")


@contextmanager
def nobody_there(hotline: Hotline) -> Iterator[None]:
    assert hotline.client.post(f"{ME}/log-off").status_code == 200
    wait_for(lambda: status(hotline) == "logged_off", 5, "not logged off")
    yield
    assert hotline.client.post(f"{ME}/log-in").status_code == 200
    wait_for(lambda: status(hotline) == "ready", 5, "not logged in")


def leaving_a_message(
    hotline: Hotline, place: int, number: str, says: list[Path], folder: Path
) -> "subprocess.Popen[str]":
    """Return a caller who says this to the machine at this worker, and hangs up."""
    phone = Phone(number=number).wait(1)
    for each in says:
        phone.speak(each)
    note = hotline.data_dir / "run" / f"media-{place}.json"
    running = phone.hang_up().dial(int(json.loads(note.read_text())["port"]), folder)
    wait_for(lambda: call_of(hotline, number[-4:]).get("answered_at"), 20, "not answered")
    return running
