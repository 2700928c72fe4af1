"""The demo's steps, from the first ring to the last rating; each prints what proves it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from hotline.core.ports import free_port
from hotline.demo import department
from hotline.demo.recording import for_telephone
from hotline.demo.scene import DemoFailed, Scene, stage, wait_for

CALLER = "13989001234"
KEYS = "115"  # contacted: yes; solved: yes; rating: 5
RTP = 27060
SHIPPED = Path(__file__).parent / "audio" / "street_lamp.wav"


def tell(wav: Path) -> None:
    """Play the whole story with this recording as the caller's words; raise DemoFailed."""
    began = time.monotonic()
    _say("启动 a hotline of its own", ["hotline up on a fresh data folder …"])
    with stage() as scene:
        _evidence([f"web {scene.web}", f"phone sip:12345@127.0.0.1:{scene.sip_port}"])
        phone = _pick_up(scene, wav)
        try:
            _play(scene, phone, wav)
        finally:
            phone.terminate()
            phone.communicate(timeout=10)
        _say("完成 done", [f"{time.monotonic() - began:.0f} s"])


def _play(scene: Scene, phone: "subprocess.Popen[str]", wav: Path) -> None:
    _call(phone, wav)
    call = _written_down(scene)
    ticket = _registered(scene, call)
    ticket = _dispatched(scene, ticket)
    order = ticket["orders"][0]
    _say(f"办理 {order['department']['name']} answers over HTTP", [])
    for line in department.work(scene, order["department"]["code"], order["number"]):
        _evidence([line])
    _reviewed(scene, order["number"])
    _rated(scene, phone, ticket["number"])
    _closed(scene, ticket["number"])


def _pick_up(scene: Scene, wav: Path) -> "subprocess.Popen[str]":
    """Start the caller's telephone, a process of its own that speaks only SIP and RTP."""
    return subprocess.Popen(  # noqa: S603  # our own module
        [
            *(sys.executable, "-m", "hotline.demo.phone", "--number", CALLER),
            *("--port", str(scene.phone_port), "--rtp-port", str(free_port("127.0.0.1", RTP))),
            *("--wav", str(for_telephone(wav, scene.data_dir)), "--keys", KEYS),
            f"sip:12345@127.0.0.1:{scene.sip_port}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _call(phone: "subprocess.Popen[str]", wav: Path) -> None:
    _say("来电 the caller dials 12345", [f"speaks {wav.name}"])
    for event in _until(phone, "hung_up"):
        _evidence([_sip(event)])


def _written_down(scene: Scene) -> dict[str, Any]:
    def transcribed() -> dict[str, Any] | None:
        calls = scene.get("/calls")["items"]
        return calls[0] if calls and calls[0]["recording"] == "transcribed" else None

    call = wait_for(transcribed, "the transcript", within_s=60)
    detail = scene.get(f"/calls/{call['id']}")
    _say("转写 what was heard", detail["transcript"])
    return detail


def _registered(scene: Scene, call: dict[str, Any]) -> dict[str, Any]:
    number = wait_for(
        lambda: scene.get(f"/calls/{call['id']}")["ticket"], "the ticket", within_s=30
    )
    ticket = scene.get(f"/tickets/{number}")
    proposal = ticket["proposal"]
    _say(
        f"登记 ticket {number}, requester {ticket['requester']}",
        [
            f"{proposal['request_type']} · {'/'.join(filter(None, proposal['category']))}",
            f"{proposal['district_name']} · {proposal['department']}",
            f"confidence {proposal['confidence']:.0%}",
            *proposal["reasons"],
        ],
    )
    return ticket


def _dispatched(scene: Scene, ticket: dict[str, Any]) -> dict[str, Any]:
    by_itself = bool(ticket["orders"])
    if not by_itself:
        ticket = scene.post(f"/tickets/{ticket['number']}/dispatch")
    order = ticket["orders"][0]
    how = "自动派单 by itself (this demo opted in)" if by_itself else "一键派单 by one confirmation"
    _say(f"派单 order {order['number']} to {order['department']['name']}, {how}", [])
    for clock in ticket["clocks"]:
        if clock["subject"].endswith(order["number"]):
            days = [f"{day['date']} {day['why']}" for day in clock["trace"]]
            _evidence(
                [f"{clock['kind']} {clock['limit']} → {clock['due_at']}  ({'; '.join(days)})"]
            )
    return ticket


def _reviewed(scene: Scene, order: str) -> None:
    reviewed = scene.post(f"/work-orders/{order}/review", {"verdict": "complete", "note": ""})
    _say("审核 the reply stands", [f"POST work-orders/{order}/review → {reviewed['status']}"])


def _rated(scene: Scene, phone: "subprocess.Popen[str]", number: str) -> None:
    _say("回访 the hotline rings the caller, who presses keys", [])
    for event in _until(phone, "hung_up"):
        _evidence([_sip(event)])
    wait_for(
        lambda: scene.get(f"/tickets/{number}")["status"] == "closed" or None,
        "the closing of the ticket",
        within_s=20,
    )


def _closed(scene: Scene, number: str) -> None:
    ticket = scene.get(f"/tickets/{number}")
    done = next(e for e in ticket["history"] if e["type"] == "callback.completed")["refs"]
    expressed = {name: done[name] for name in ("contacted", "resolved", "satisfaction")}
    if expressed != {"contacted": True, "resolved": True, "satisfaction": 5}:
        raise DemoFailed(f"The answers {expressed} are not the keys that were pressed.")
    _say(
        f"办结 ticket {number}: {ticket['status']}",
        [
            f"answers {json.dumps(expressed)}",
            *(f"{event['at']}  {event['type']}  {event['actor']}" for event in ticket["history"]),
        ],
    )


def _until(phone: "subprocess.Popen[str]", last: str) -> Iterable[dict[str, Any]]:
    """Yield what the telephone reports, up to and with the event called `last`."""
    assert phone.stdout  # noqa: S101  # it was opened with a pipe
    for line in phone.stdout:
        event = json.loads(line)
        yield event
        if event["event"] == last:
            return
    raise DemoFailed(f"The telephone ended before it {last}.")


def _sip(event: dict[str, Any]) -> str:
    facts = {name: value for name, value in event.items() if name != "event"}
    return f"SIP {event['event']} {json.dumps(facts, ensure_ascii=False) if facts else ''}".rstrip()


def _say(title: str, evidence: Iterable[str]) -> None:
    typer.secho(f"\n▶ {title}", bold=True)
    _evidence(evidence)


def _evidence(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(f"    {line}")
