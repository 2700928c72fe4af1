"""Lines that die without a word: no ghost call, no stuck agent.

Begun together, for each takes about a minute.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.commands import AgentGone, AgentJoined, CallArrived, CallEnded
from telephony.orders import Announce, HangUp
from telephony.pulse import DEAD_S
from tests.e2e.bench import Bench
from tests.e2e.conftest import wait_for
from tests.e2e.desk import NOTICE_S, desk_phone, how, put_through, start_worker
from tests.e2e.phone import Phone, finish
from tests.e2e.voices import RATE, voice

pytestmark = pytest.mark.e2e

# A telephone that promises to say every 90 s that it is there, and never does (RFC 4028).
EXPIRES = "Supported: timer\nSession-Expires: 90;refresher=uac\n"


@pytest.fixture(scope="module")
def worker() -> Iterator[Bench]:
    made = start_worker()
    yield made
    made.process.terminate()
    assert made.process.wait(60) == 0
    made.close()


def test_sound_that_stops_and_a_session_that_expires_end_their_calls(
    worker: Bench, tmp_path: Path
) -> None:
    unrefreshed = Phone("13989000002", headers=EXPIRES).until_hung_up()
    waiting = unrefreshed.dial(worker.sip_port, tmp_path)
    waits = worker.next(CallArrived).call_id
    desk = desk_phone()
    with voice(1000.0) as agents:
        desk.sound_port = agents.port
        desk.ring().answer().until_hung_up()
        put = put_through(worker, Phone().until_hung_up(), desk, tmp_path)
        worker.report(AgentJoined, put.call_id)
        wait_for(lambda: len(agents.heard()) > NOTICE_S * RATE, 20, "the agent hears nothing")
    silent_since = time.monotonic()
    while time.monotonic() - silent_since < DEAD_S - 5:
        worker.send(Announce(waits, ()))
        time.sleep(5)
    assert how(worker.report(AgentGone, put.call_id, within_s=20)) == ("no_media", True)
    assert time.monotonic() - silent_since > DEAD_S - 1
    worker.send(Announce(waits, ()))
    assert worker.report(CallEnded, waits, within_s=40).reason == "caller_hung_up"
    finish(waiting)
    worker.send(HangUp(put.call_id))
    put.finish()
