"""Malformed, hostile and odd SIP against a running hotline: a good call is answered after each.

Beside `test_hostile_telephone`, whose strangers meet one worker alone.
"""

import json
import time

import pytest

from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.torture.dialogues import DIALOGUES
from tests.e2e.torture.message import NUMBER
from tests.e2e.torture.named import NAMED
from tests.e2e.torture.packets import PACKETS
from tests.e2e.torture.stranger import Stranger

pytestmark = pytest.mark.e2e


def workers(hotline: Hotline) -> dict[str, int]:
    """Return the process of each media worker."""
    notes = (hotline.data_dir / "run").glob("media-*.json")
    return {note.stem: int(json.loads(note.read_text())["pid"]) for note in notes}


def answers(hotline: Hotline) -> bool:
    """Return whether a caller is answered."""
    with Stranger(hotline.sip_port) as caller:
        taken = caller.call()
        if taken is None or taken.status != 200:
            return False
        caller.send(caller.within(taken, "ACK"))
        caller.hang_up(taken)
        return True


def bears(hotline: Hotline, before: dict[str, int]) -> None:
    """Fail unless the next caller is answered, by the same workers."""
    wait_for(lambda: answers(hotline), 60, "the next caller is not answered")
    assert workers(hotline) == before
    assert all(hotline.process_named(each).is_running() for each in before)


@pytest.mark.parametrize("name", PACKETS)
def test_a_bent_packet_is_borne(hotline: Hotline, name: str) -> None:
    before = workers(hotline)
    with Stranger(hotline.sip_port) as stranger:
        stranger.send(PACKETS[name](stranger.invite()))
        stranger.clean_up()
    bears(hotline, before)


@pytest.mark.parametrize("name", NAMED)
def test_a_message_of_the_standard_s_torture_is_borne(hotline: Hotline, name: str) -> None:
    before = workers(hotline)
    with Stranger(hotline.sip_port) as stranger:
        stranger.send(NAMED[name](stranger.invite()))
        stranger.clean_up()
    bears(hotline, before)


@pytest.mark.parametrize("name", DIALOGUES)
def test_an_exchange_out_of_order_is_borne(hotline: Hotline, name: str) -> None:
    before = workers(hotline)
    with Stranger(hotline.sip_port) as stranger:
        DIALOGUES[name](stranger)
        stranger.clean_up()
    bears(hotline, before)


def test_all_of_it_at_once_is_borne(hotline: Hotline) -> None:
    before = workers(hotline)
    with Stranger(hotline.sip_port) as stranger:
        for bend in (*PACKETS.values(), *NAMED.values()):
            stranger.send(bend(stranger.invite()))
            time.sleep(0.001)
        stranger.clean_up()
    wait_for(lambda: answers(hotline), 10, "callers are not answered")
    assert workers(hotline) == before


def test_no_number_is_in_the_log(hotline: Hotline) -> None:
    wait_for(lambda: answers(hotline), 60, "a caller is not answered")
    said = hotline.log.read_text(errors="replace")
    assert NUMBER not in said
    assert "Traceback" not in said


def test_no_call_is_left_over(hotline: Hotline) -> None:
    def over() -> bool:
        calls = hotline.calls_of(NUMBER[-4:])
        return all(call["status"] in ("ended", "lost") for call in calls)

    wait_for(over, 45, "a call has not ended")
