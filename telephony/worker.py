"""The media worker process: SIP and audio, nothing heavy, no database (telephony.md, section 0)."""

import argparse
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import structlog

from hotline.core import log as logging
from hotline.core.settings import Settings, settings
from telephony import commands, orders, outbound, relaying, rhythm, spool, tapes
from telephony.control import Control
from telephony.conversation import Equipment
from telephony.endpoint import (
    POLL_MS,
    Account,
    Endpoint,
    Line,
    leave,
    open_account,
    own_this_thread,
)
from telephony.link import Link
from telephony.media import load_prompts
from telephony.reception import Reception
from telephony.renewing import Renewing
from telephony.room import Room
from telephony.seat_audio import SeatAudio
from telephony.session import Limits

HEARTBEAT_S = 2.0
# A worker whose switch does not come back ends by itself, so that no orphan holds the SIP port.
ORPHAN_S = 60.0
SETTLE_S = 2.0  # for the disk, on the way out
LOOPBACK = "127.0.0.1"

SHIPPED_PROMPTS = Path(__file__).parent / "prompts"

log = structlog.get_logger()


class Worker:
    """The loop that owns every pjsua2 object of this process."""

    def __init__(self, name: str, line: Line, own: Settings, recorder: tapes.Recorder) -> None:
        # Who reports is this very process: its successor in the same place is another one.
        self._name = f"{name}.{os.getpid()}"
        self._run_dir = own.run_dir
        self._recorder = recorder
        self._draining = False
        self._stopping = False
        self._beat_at = 0.0
        self._endpoint = Endpoint(line, lambda *who: self._reception.on_refused(*who))
        self._room = Room(self._endpoint.legs)
        self._link = Link(own.switch_socket, self._hello(line))
        self._prompts = Renewing(SHIPPED_PROMPTS, own.prompts_dir, load_prompts)
        self._equipment = Equipment(
            worker=self._name,
            report=self._link.report,
            recordings_dir=own.recordings_dir,
            prompts=self._prompts.prompts,
            limits=Limits(own.message_limit_s, own.silence_end_s),
            new_tape=recorder,
            seat_sound=lambda call_id, seat: SeatAudio(own.seats_socket, call_id, seat),
            away_s=self._link.away_s,
        )
        self._reception = Reception(line, self._equipment, self._room)
        self._account: Account = open_account(line, self._reception.on_invite)
        self._control = Control(self._account, self._equipment, self._room)

    def run(self) -> None:
        """Serve calls until told to stop, drained, or orphaned; never returns."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor decides, not the terminal
        own_this_thread()
        self._link.start()
        while not self._over():
            self._endpoint.libHandleEvents(POLL_MS)
            self._obey()
            self._room.tick()
            self._reception.let_go()
            self._beat()
        self._endpoint.take_no_more()
        self._room.cut_off()
        self._wait_for_goodbyes()
        self._leave_word()
        if not self._recorder.settle(SETTLE_S):
            log.warning("tapes.not_synced", remedy="a loss of power now would cost their ends")
        log.info("worker.left", handled=self._room.handled, gaps=rhythm.gaps())
        leave(self._endpoint)

    def _obey(self) -> None:
        while not self._link.inbox.empty():
            match self._link.inbox.get_nowait():
                case orders.Overflow(contact):
                    self._reception.overflow = contact
                case orders.Dial() as order:
                    outbound.place(order, self._account, self._equipment, self._room)
                case orders.Relay() as order:
                    relaying.place(order, self._account, self._equipment, self._room)
                case orders.Drain():
                    self._draining = self._reception.closed = True
                case orders.TakeFor(numbers):
                    self._reception.numbers = numbers
                case orders.Stop():
                    self._stop()
                case order:
                    self._control.obey(order)

    def _stop(self) -> None:
        self._stopping = True

    def _over(self) -> bool:
        if self._stopping:
            return True
        if self._room.active or not self._reception.idle:
            return False
        orphaned = self._link.away_s() > ORPHAN_S
        return orphaned or (self._draining and self._link.settled())

    def _wait_for_goodbyes(self) -> None:
        """Give running calls a moment to end, and their records to reach the switch.

        Who rang at the last moment is still told that there is no room.
        """
        for _ in range(50):
            self._endpoint.libHandleEvents(POLL_MS)
            self._room.conclude()
            self._reception.let_go()
            if not self._room.active and self._reception.idle and self._link.settled():
                return

    def _leave_word(self) -> None:
        """Write down what the switch may not have: callers' numbers must not go with us."""
        left = self._link.unacknowledged()
        if not left:
            return
        try:
            spool.write(self._run_dir, self._name, left)
        except OSError as error:
            log.error("reports.lost", reports=len(left), error=str(error), remedy="free the disk")
        else:
            log.warning("reports.spooled", reports=len(left))

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at > HEARTBEAT_S:
            self._beat_at = time.monotonic()
            self._link.tell(commands.Heartbeat(self._name, self._room.active, self._room.handled))
            self._prompts.renew()

    def _hello(self, line: Line) -> commands.Hello:
        return commands.Hello(
            worker=self._name,
            pid=os.getpid(),
            sip_port=line.port,
            legs=self._endpoint.legs,
            outbound=self._room.outbound,
        )


def main(arguments: list[str] | None = None) -> None:
    """Run one worker on the line given by the arguments; settings come from the environment."""
    parser = argparse.ArgumentParser(description="One media worker of the hotline's switch.")
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rtp-port", type=int, required=True)
    parser.add_argument("--rtp-ports", type=int, required=True)
    parser.add_argument("--tape-key", type=bytes.fromhex, required=True, help="seals, opens none")
    given = parser.parse_args(arguments)
    own = settings()
    logging.configure(given.name, as_json=own.log_json)
    Path(own.recordings_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    line = _line(own, given.port, given.rtp_port, given.rtp_ports)
    Worker(given.name, line, own, tapes.recorder(own.recordings_dir, given.tape_key)).run()


def _line(own: Settings, port: int, rtp_port: int, rtp_ports: int) -> Line:
    """Return where this worker listens: to callers, or to Kamailio on this machine alone."""
    line = Line(
        host=own.sip_host,
        port=port,
        public_address=own.sip_public_address or own.sip_host,
        rtp_port=rtp_port,
        rtp_ports=rtp_ports,
        tcp=own.sip_tcp,
        trunks=own.trunk_networks,
        area=own.area_code,
    )
    if not own.proxied:
        return line
    proxy = f"sip:{LOOPBACK}:{own.sip_port}"
    return replace(line, host=LOOPBACK, media_host=own.sip_host, proxy=proxy, tcp=False)


if __name__ == "__main__":
    main()
