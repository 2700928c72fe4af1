"""中转通话 through `hotline up`: a department and a requester talk, and neither has a number."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.desks import LEAD, Desk, desk
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.test_callbacks import LAMP_WORDS
from tests.e2e.voices import read, seconds_of, voice

pytestmark = pytest.mark.e2e

OFFICE_HZ, REQUESTER_HZ = 600.0, 1000.0
RUNG_WITHIN_S = 30


@contextmanager
def department(hotline: Hotline, number: str, folder: Path) -> Iterator[tuple[Desk, str, Callee]]:
    """Let somebody call; yield the department that has their order, and the one who called."""
    port = free_udp_port()
    Phone(number=number, port=port).wait(0.3).hang_up().call(hotline.sip_port, folder)
    call = wait_for(
        lambda: (c := hotline.calls_of(number[-4:])) and c[0]["ended_at"] and c[0], 20, "no call"
    )
    body = {"call_id": call["id"], "text": LAMP_WORDS}
    ticket = hotline.client.post("/api/v1/tickets", json=body).json()["number"]
    path = f"/api/v1/tickets/{ticket}/dispatch"
    dispatched = hotline.client.post(path, json={"departments": [LEAD]})
    assert dispatched.status_code == 200, dispatched.text
    with desk(hotline, LEAD) as system:
        system.does(f"{ticket}-1", "accept")
        yield system, f"{ticket}-1", Callee(number=number, port=port)


def ask(system: Desk, order: str, office: Callee) -> None:
    answer = system.post(order, "relays", {"telephone": f"sip:1002@127.0.0.1:{office.port}"})
    assert answer.status_code == 202, answer.text


def over(system: Desk, order: str) -> dict[str, Any]:
    """Return how the order's newest call went, once it is over."""

    def found() -> dict[str, Any] | None:
        newest = system.get(f"/{order}/relays").json()["items"][-1]
        return newest if newest["ended_at"] else None

    return dict(wait_for(found, RUNG_WITHIN_S, "the relayed call is not over"))


def test_both_hear_each_other_and_the_contact_is_kept(ringing: Hotline, tmp_path: Path) -> None:
    with (
        department(ringing, "13900000071", tmp_path) as (system, order, requester),
        voice(OFFICE_HZ) as offices,
        voice(REQUESTER_HZ) as requesters,
    ):
        office = Callee(number="1002", port=free_udp_port(), sound_port=offices.port)
        requester.sound_port = requesters.port
        at_home = requester.ring(0.5).answer().wait(5).hang_up().listen(tmp_path)
        at_work = office.ring(0.5).answer().until_hung_up().listen(tmp_path)
        ask(system, order, office)
        finish(at_home)
        finish(at_work)
        went = over(system, order)
        assert went["outcome"] == "talked"
        assert went["seconds"] > 2
        assert seconds_of(requesters.heard(), OFFICE_HZ) > 1
        assert seconds_of(offices.heard(), REQUESTER_HZ) > 1
        shown = system.get(f"/{order}").json()
        assert [contact["reached"] for contact in shown["contacts"]] == [True]
        assert "13900000071" not in str(shown)
    newest = ringing.calls_of("0071")[0]
    call = ringing.get(f"/calls/{newest['id']}")
    assert (call["end_reason"], call["recording"], call["ticket"]) == ("talked", "kept", None)
    [found] = (ringing.data_dir / "recordings").glob(f"*/*/*/{call['id']}.*")
    if found.suffix == ".tape":  # it is not sealed yet
        assert found.stat().st_size > 2 * 32_000
        tape = read(found)
        assert min(seconds_of(tape, OFFICE_HZ), seconds_of(tape, REQUESTER_HZ)) > 1


def test_a_requester_who_is_busy_is_not_contacted(ringing: Hotline, tmp_path: Path) -> None:
    with department(ringing, "13900000072", tmp_path) as (system, order, requester):
        office = Callee(number="1002", port=free_udp_port())
        at_home = requester.ring().refuse("486 Busy Here").listen(tmp_path)
        at_work = office.ring().answer().until_hung_up().listen(tmp_path)
        ask(system, order, office)
        finish(at_home)
        finish(at_work)
        assert over(system, order)["outcome"] == "busy"
        assert system.get(f"/{order}").json()["contacts"] == []


def test_a_worker_that_dies_while_they_talk_ends_the_call(ringing: Hotline, tmp_path: Path) -> None:
    with department(ringing, "13900000073", tmp_path) as (system, order, requester):
        office = Callee(number="1002", port=free_udp_port())
        at_home = requester.ring().answer().wait(4).listen(tmp_path)
        at_work = office.ring().answer().wait(4).listen(tmp_path)
        ask(system, order, office)
        call = wait_for(
            lambda: (c := ringing.calls_of("0073")[0])["status"] == "answered" and c, 20, "no call"
        )
        name = str(ringing.get(f"/calls/{call['id']}")["history"][0]["refs"]["worker"])
        ringing.process_named(name.partition(".")[0]).kill()
        assert over(system, order)["outcome"] == "lost"
        for running in (at_home, at_work):  # nobody tells a telephone that its worker died
            running.kill()
            running.communicate()
    wait_for(ringing.ready, 60, "not well again")
