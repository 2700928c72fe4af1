"""A caller, an agent, an expert: real telephones, a real worker. Browsers: test_headset_calls.py.

Everybody says a tone of their own, so what each of them hears, and both sides of the tape, tell
who heard whom and for how long.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallArrived,
    CallEnded,
    CallerPressed,
    PartyGone,
    PartyJoined,
)
from telephony.orders import (
    Announce,
    HangUp,
    Hold,
    Invite,
    Leave,
    Meet,
    Mute,
    seat_party,
)
from tests.e2e.bench import Bench
from tests.e2e.desk import HOLD_HZ, NOTICE_S, SEAT, desk_phone, how, put_through, start_worker
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.tape_sound import sides
from tests.e2e.voices import Samples, Voice, seconds_of, voice

pytestmark = pytest.mark.e2e

CALLER_HZ, AGENT_HZ, EXPERT_HZ = 600.0, 1000.0, 2000.0
AGENT = seat_party(SEAT)
EXPERT = "expert"
STEP_S = 2.0


@pytest.fixture(scope="module")
def worker() -> Iterator[Bench]:
    made = start_worker()
    yield made
    made.process.terminate()
    assert made.process.wait(60) == 0
    made.close()


@dataclass
class Expert:
    """Somebody outside."""

    voice: Voice
    phone: Callee = field(default_factory=lambda: Callee(number="110", port=free_udp_port()))

    def __post_init__(self) -> None:
        self.phone.sound_port = self.voice.port

    @property
    def address(self) -> str:
        return f"sip:110@127.0.0.1:{self.phone.port}"


def fetch(
    worker: Bench, call_id: str, address: str, *, apart: bool = False, party: str = EXPERT
) -> None:
    worker.send(Invite(call_id, party, "expert", address, 20.0, apart=apart))
    assert worker.report(PartyJoined, call_id).party == party


def run_through(worker: Bench, call_id: str, expert: Expert) -> CallEnded:
    """Two talk, two consult, three meet, the agent leaves, then the expert: a step for each."""
    worker.report(AgentJoined, call_id)
    time.sleep(STEP_S)
    fetch(worker, call_id, expert.address, apart=True)
    time.sleep(STEP_S)
    worker.send(Meet(call_id))
    time.sleep(STEP_S)
    worker.send(Leave(call_id, AGENT))
    assert how(worker.report(AgentGone, call_id)) == ("hung_up", True)
    time.sleep(STEP_S)
    worker.send(Leave(call_id, EXPERT))
    gone = worker.report(PartyGone, call_id)
    assert (gone.outcome, gone.talked) == ("hung_up", True)
    worker.send(HangUp(call_id))
    return worker.report(CallEnded, call_id)


def check_lines(caller: Samples, agent: Samples, expert: Samples) -> None:
    """Each heard both others for two steps: one of them all together."""
    together = ((caller, AGENT_HZ), (caller, EXPERT_HZ), (agent, CALLER_HZ))
    for heard, hertz in (*together, (agent, EXPERT_HZ), (expert, AGENT_HZ), (expert, CALLER_HZ)):
        assert seconds_of(heard, hertz) == pytest.approx(2 * STEP_S, abs=0.8)
    assert seconds_of(caller, HOLD_HZ) == pytest.approx(1.0, abs=0.3)
    assert seconds_of(agent, HOLD_HZ) == 0


def check_tape(tape: Path, caller: Samples, seconds: float) -> None:
    """Left the caller, all the while; right what they heard of the others."""
    left, right = sides(tape)
    assert len(left) / 8000 == pytest.approx(seconds, abs=0.1)
    assert seconds_of(left, CALLER_HZ) > seconds - 1
    for hertz in (AGENT_HZ, EXPERT_HZ):
        assert seconds_of(right, hertz) == pytest.approx(seconds_of(caller, hertz), abs=0.4)
    assert seconds_of(left, AGENT_HZ) == seconds_of(right, CALLER_HZ) == 0
    assert seconds_of(right, HOLD_HZ) == 0


def test_consult_conference_and_warm_transfer_by_who_hears_whom(
    worker: Bench, tmp_path: Path
) -> None:
    with voice(CALLER_HZ) as callers, voice(AGENT_HZ) as agents, voice(EXPERT_HZ) as experts:
        expert = Expert(experts)
        expert.phone.ring().answer().until_hung_up()
        ringing = expert.phone.listen(tmp_path)
        desk = desk_phone()
        desk.sound_port = agents.port
        caller = Phone(sound_port=callers.port).until_hung_up()
        put = put_through(worker, caller, desk.ring().answer().until_hung_up(), tmp_path)
        ended = run_through(worker, put.call_id, expert)
        put.finish()
        finish(ringing)
        check_lines(callers.heard(), agents.heard(), experts.heard())
        tape = worker.own.recordings_dir / put.arrived.recording
        check_tape(tape, callers.heard(), ended.seconds)


def test_a_held_caller_and_a_muted_agent_are_heard_by_nobody(worker: Bench, tmp_path: Path) -> None:
    with voice(CALLER_HZ) as callers, voice(AGENT_HZ) as agents:
        desk = desk_phone()
        desk.sound_port = agents.port
        caller = Phone(sound_port=callers.port).until_hung_up()
        put = put_through(worker, caller, desk.ring().answer().until_hung_up(), tmp_path)
        worker.report(AgentJoined, put.call_id)
        for order in (Hold(put.call_id, on=True), Hold(put.call_id, on=False)):
            time.sleep(STEP_S)
            worker.send(order)
        time.sleep(STEP_S)
        worker.send(Mute(put.call_id, AGENT, on=True))
        time.sleep(STEP_S)
        worker.send(HangUp(put.call_id))
        put.finish()
        assert seconds_of(agents.heard(), CALLER_HZ) == pytest.approx(3 * STEP_S, abs=0.6)
        assert seconds_of(callers.heard(), AGENT_HZ) == pytest.approx(2 * STEP_S, abs=0.8)
        assert seconds_of(callers.heard(), HOLD_HZ) == pytest.approx(1.0, abs=0.3)


def test_a_key_of_a_caller_who_waits_is_told(worker: Bench, tmp_path: Path) -> None:
    caller = Phone().wait(NOTICE_S + 2).press_in_band("2").wait(1).hang_up()
    running = caller.dial(worker.sip_port, tmp_path)
    call_id = worker.next(CallArrived).call_id
    worker.send(Announce(call_id, ("queue_next", "hold")))
    assert worker.report(CallerPressed, call_id, within_s=20).key == "2"
    assert worker.report(CallEnded, call_id).reason == "caller_hung_up"
    finish(running)
