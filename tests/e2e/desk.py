"""A desk phone on the bench: a caller arrives at a worker, and an agent's telephone is rung."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from telephony.commands import (
    AgentGone,
    CallArrived,
)
from telephony.orders import Offer
from tests.e2e import bench
from tests.e2e.bench import Bench
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.test_callbacks_telephone import PROMPT_S, silence
from tests.e2e.voices import tone

SPOKEN = (
    *("notice", "please_wait", "rate_call", "callback_thanks", "invalid_key", "no_key"),
    *("goodbye", "leave_request", "tone", "nothing_heard", "still_there"),
)
NOTICE_S = 1.5  # long enough for an offer to come in time on a slow machine
SEAT = 7
TALK_S = 1.5


HOLD_HZ = 1500.0


def start_worker() -> Bench:
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    spoken = {name: silence(PROMPT_S) for name in SPOKEN}
    spoken |= {"notice": silence(NOTICE_S), "hold": tone(HOLD_HZ, 1.0)}
    return bench.start(folder, spoken)


@dataclass
class Put:
    """A caller for whom a desk phone is rung."""

    arrived: CallArrived
    caller: "subprocess.Popen[str]"
    desk: "subprocess.Popen[str]"

    @property
    def call_id(self) -> str:
        return self.arrived.call_id

    def finish(self) -> None:
        for running in (self.caller, self.desk):
            finish(running)


def put_through(
    worker: Bench, caller: Phone, desk: Callee, folder: Path, *, ring_s: float = 20
) -> Put:
    """Let somebody call, and their call be offered."""
    listening = desk.listen(folder)
    running = caller.dial(worker.sip_port, folder)
    arrived = worker.next(CallArrived)
    offer(worker, arrived.call_id, desk, ring_s=ring_s)
    return Put(arrived, running, listening)


def offer(worker: Bench, call_id: str, desk: Callee, *, ring_s: float = 20) -> None:
    address = f"sip:1001@127.0.0.1:{desk.port}"
    worker.send(Offer(call_id, SEAT, address, ring_s))


def desk_phone() -> Callee:
    return Callee(number="1001", port=free_udp_port())


def how(gone: AgentGone) -> tuple[str, bool]:
    assert gone.seat == SEAT
    return gone.outcome, gone.talked
