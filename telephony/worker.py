"""The media worker process: SIP and audio, nothing heavy, no database (telephony.md, section 0)."""

import argparse
import os
import signal
import time
import uuid
from pathlib import Path

import structlog

from hotline.core import log as logging
from hotline.core.clock import now
from hotline.core.settings import Settings, settings
from telephony import commands
from telephony.call import CallerLeg
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
from telephony.media import Channel, Recorder, load_prompts
from telephony.session import Limits, MessageSession

# Legs kept free for desk phones, consultation and hand-over (design §2).
KEPT_LEGS = 2
HEARTBEAT_S = 2.0
# A worker whose switch does not come back ends by itself, so that no orphan holds the SIP port.
ORPHAN_S = 60.0

SHIPPED_PROMPTS = Path(__file__).parent / "prompts"

log = structlog.get_logger()


class Caller:
    """One admitted call: leg, channel, session and tape tied together."""

    def __init__(self, worker: "Worker", leg: CallerLeg, channel: Channel) -> None:
        self.id = uuid.uuid4()
        self.leg = leg
        self.channel = channel
        self._worker = worker
        self.recording = recording_path(self.id)
        tape = Recorder(worker.settings.recordings_dir / self.recording)
        self.session = MessageSession(self, tape, worker.prompts, worker.limits)

    @property
    def playing(self) -> bool:
        return self.channel.source.playing

    def play(self, frames: list[bytes]) -> None:
        self.channel.source.play(frames)

    def stop(self) -> None:
        self.channel.source.stop()

    def take(self) -> list[bytes]:
        return self.channel.tap.take()

    def end(self) -> None:
        self.leg.end()

    def on_answered(self) -> None:
        self._worker.link.report(commands.CallAnswered(str(self.id), now().isoformat()))
        self.session.answered()

    def on_digit(self, digit: str) -> None:
        self.session.digit(digit)

    def on_gone(self) -> None:
        self._worker.gone.append(self)


def recording_path(call_id: uuid.UUID) -> str:
    """Return where a call's recording lies below the recordings folder: by day, then by call."""
    return f"{now():%Y/%m/%d}/{call_id}.wav"


class Worker:
    """The loop that owns every pjsua2 object of this process."""

    def __init__(self, name: str, line: Line, own: Settings) -> None:
        self.settings = own
        # Who reports is this very process: its successor in the same place is another one.
        self.name = f"{name}.{os.getpid()}"
        self.limits = Limits(own.message_limit_s, own.silence_end_s)
        self.prompts = load_prompts(SHIPPED_PROMPTS, own.prompts_dir)
        self.gone: list[Caller] = []
        self._callers: list[Caller] = []
        self._refused: list[CallerLeg] = []
        self._line = line
        self._overflow = ""
        self._handled = 0
        self._draining = False
        self._stopping = False
        self._beat_at = 0.0
        self._endpoint = Endpoint(line, self._on_full)
        self._free = [Channel(number) for number in range(max(1, self._endpoint.legs - KEPT_LEGS))]
        self._account = open_account(line, self._on_invite)
        hello = commands.Hello(self.name, os.getpid(), line.port, self._endpoint.legs)
        self.link = Link(own.switch_socket, hello)

    def run(self) -> None:
        """Serve calls until told to stop, drained, or orphaned; never returns."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor decides, not the terminal
        own_this_thread()
        self.link.start()
        while not self._over():
            self._endpoint.libHandleEvents(POLL_MS)
            self._obey()
            for caller in self._callers:
                caller.session.tick()
            self._let_go()
            self._beat()
        for caller in self._callers:
            caller.end()
        self._wait_for_goodbyes()
        leave(self._endpoint)

    def _on_invite(self, account: Account, pj_id: int) -> None:
        leg = CallerLeg(account, pj_id)
        invitation = leg.invitation
        if not invitation.called.endswith(self._line.number):
            log.info("call.wrong_number", called=len(invitation.called))
            self._refused.append(leg)
            leg.refuse(404)
        elif self._draining or not self._free:
            self._refuse(leg)
        else:
            self._admit(leg)

    def _admit(self, leg: CallerLeg) -> None:
        try:
            caller = Caller(self, leg, self._free[-1])
        except OSError as error:
            log.error("recording.refused", error=str(error), remedy="free the disk")
            self._refuse(leg, reason="not_recorded")
            return
        self._free.pop()
        self._callers.append(caller)
        self._handled += 1
        self.link.report(
            commands.CallArrived(
                call_id=str(caller.id),
                worker=self.name,
                caller=leg.invitation.caller,
                called=leg.invitation.called,
                sip_call_id=leg.invitation.sip_call_id,
                recording=caller.recording,
                at=now().isoformat(),
            )
        )
        leg.admit(caller.channel, caller)

    def _refuse(self, leg: CallerLeg, reason: str = "") -> None:
        reason = reason or ("redirected" if self._overflow else "busy")
        self._refused.append(leg)
        self._report_refusal(leg.invitation.caller, leg.invitation.sip_call_id, reason)
        leg.refuse(302, self._overflow) if reason == "redirected" else leg.refuse(486)

    def _on_full(self, caller: str, called: str) -> None:
        if called.endswith(self._line.number):
            self._report_refusal(caller, "", "busy")

    def _report_refusal(self, caller: str, sip_call_id: str, reason: str) -> None:
        self.link.report(
            commands.CallRefused(
                call_id=str(uuid.uuid4()),
                worker=self.name,
                caller=caller,
                called=self._line.number,
                sip_call_id=sip_call_id,
                reason=reason,
                at=now().isoformat(),
            )
        )

    def _let_go(self) -> None:
        while self.gone:
            caller = self.gone.pop()
            caller.session.finish(caller.channel.release())
            self.link.report(
                commands.CallEnded(
                    call_id=str(caller.id),
                    reason=caller.session.outcome,
                    seconds=caller.session.seconds,
                    keys=caller.session.keys,
                    at=now().isoformat(),
                )
            )
            self._callers.remove(caller)
            self._free.append(caller.channel)
            caller.leg.let_go()
        for leg in [leg for leg in self._refused if leg.gone]:
            self._refused.remove(leg)
            leg.let_go()

    def _obey(self) -> None:
        while not self.link.inbox.empty():
            match self.link.inbox.get_nowait():
                case commands.Overflow(contact):
                    self._overflow = contact
                case commands.Drain():
                    self._draining = True
                case commands.Stop():
                    self._stop()

    def _stop(self) -> None:
        self._stopping = True

    def _over(self) -> bool:
        if self._stopping:
            return True
        if self._callers:
            return False
        away = self.link.away_since
        orphaned = away is not None and time.monotonic() - away > ORPHAN_S
        return orphaned or (self._draining and self.link.settled())

    def _wait_for_goodbyes(self) -> None:
        """Give running calls a moment to end and their records to reach the switch."""
        for _ in range(50):
            self._endpoint.libHandleEvents(POLL_MS)
            self._let_go()
            if not self._callers and self.link.settled():
                return

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at > HEARTBEAT_S:
            self._beat_at = time.monotonic()
            self.link.tell(commands.Heartbeat(self.name, len(self._callers), self._handled))


def main() -> None:
    """Run one worker on the line given by the arguments; settings come from the environment."""
    parser = argparse.ArgumentParser(description="One media worker of the hotline's switch.")
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rtp-port", type=int, required=True)
    parser.add_argument("--rtp-ports", type=int, required=True)
    given = parser.parse_args()
    own = settings()
    logging.configure(given.name, as_json=own.log_json)
    Path(own.recordings_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    line = Line(
        host=own.sip_host,
        port=given.port,
        public_address=own.sip_public_address or own.sip_host,
        rtp_port=given.rtp_port,
        rtp_ports=given.rtp_ports,
    )
    Worker(given.name, line, own).run()


if __name__ == "__main__":
    main()
