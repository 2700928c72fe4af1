"""The demo's town: every telephone of it in one process, at one port, with four legs at once.

It reads what to dial as JSON lines from standard input, and ends with it.
"""

import argparse
import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hotline.demo.cast import AGENTS
from hotline.demo.handsets import Caller, Desk, Frames, Requester
from hotline.demo.phone import Handset, tell
from telephony.call import CalleeLeg, CallerLeg, NotSent
from telephony.channels import Channel
from telephony.endpoint import (
    POLL_MS,
    Account,
    Endpoint,
    Line,
    Sender,
    account_config,
    leave,
    open_account,
    own_this_thread,
)
from telephony.media import read_frames

HOST = "127.0.0.1"
RTP_PORTS = 40
LEGS = 4
BUSY = 486
SOUNDS = Path(__file__).parent / "audio"
PROMPTS = Path(__file__).parents[2] / "telephony" / "prompts"
# An agent's two sentences, in the hotline's own voice: "tell me about it", and "goodbye".
GREETING, CLOSING = "still_there", "goodbye"
# contacted, solved, how satisfied; nothing: nobody picks up.
ANSWERS = ("115", "115", "115", "114", "114", "113", "122", "221", "")
GRADES = "5554432"


@dataclass(frozen=True)
class Dialled:
    """Who rings, saying which recording; `agent`: somebody is expected to pick up."""

    number: str
    wav: str
    agent: bool


class Town:
    """Dials as it is told, and answers whoever rings one of its numbers."""

    def __init__(self, line: Line, destination: str, seed: int) -> None:
        self._line = line
        self._destination = destination
        self._dice = random.Random(seed)  # noqa: S311  # a demo's dice
        self._endpoint = Endpoint(line, lambda *_: None)
        self._account = open_account(line, self._on_invite)
        self._outgoing = open_account(replace(line, number="caller"), self._on_invite)
        # Made once and kept: pjmedia's clock thread may still use them (telephony.md, trap B).
        self._free = [Channel(number) for number in range(LEGS)]
        self._taken: dict[Handset, Channel] = {}
        self._says = (_prompt(GREETING), _prompt(CLOSING))
        self._over = False

    def run(self) -> None:
        """Serve until standard input ends or SIGTERM; never returns."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        own_this_thread()
        os.set_blocking(sys.stdin.fileno(), False)
        asked = self._asked()
        while not self._over:
            self._endpoint.libHandleEvents(POLL_MS)
            for each in next(asked):
                self._dial(each)
            self._tick()
        leave(self._endpoint)

    def _asked(self) -> Iterator[list[Dialled]]:
        """Yield what has been asked since; the end of standard input ends the town."""
        kept = b""
        while True:
            try:
                read = os.read(sys.stdin.fileno(), 65536)
                self._over = self._over or not read
            except BlockingIOError:
                read = b""
            *lines, kept = (kept + read).split(b"\n")
            yield [Dialled(**json.loads(line)) for line in lines if line.strip()]

    def _dial(self, asked: Dialled) -> None:
        if not self._free:
            tell("no_line", number=asked.number)
            return
        channel = self._free.pop()
        channel.begin()
        speech = read_frames(SOUNDS / f"{asked.wav}.wav")
        caller = Caller(channel, asked.number, speech, expects_agent=asked.agent)
        self._outgoing.modify(account_config(replace(self._line, number=asked.number)))
        leg = CalleeLeg(self._outgoing)
        caller.leg = leg
        self._taken[caller] = channel
        try:
            leg.dial(self._destination, channel, caller)
        except NotSent:
            tell("not_sent", number=asked.number)

    def _tick(self) -> None:
        for handset in list(self._taken):
            if handset.leg.gone:
                handset.leg.let_go()
                self._free.append(self._taken.pop(handset))
            else:
                handset.tick()

    def _on_invite(self, account: Account, pj_id: int, sender: Sender) -> None:
        leg = CallerLeg(account, pj_id)
        leg.read_invitation(sender)
        if not self._free:
            leg.refuse(BUSY)
            return
        channel = self._free.pop()
        channel.begin()
        handset = self._who(channel, leg.invitation.called)
        handset.leg = leg
        self._taken[handset] = channel
        leg.attach(channel, handset)

    def _who(self, channel: Channel, called: str) -> Handset:
        if called in AGENTS:
            grade = self._dice.choice(GRADES)
            return Desk(channel, called, self._says, self._waiting, grade)
        return Requester(channel, self._dice.choice(ANSWERS))

    def _waiting(self) -> Caller | None:
        """Return the caller of ours whom a desk phone is rung for: the one who has waited."""
        return next((each for each in self._taken if isinstance(each, Caller)), None)

    def _stop(self) -> None:
        self._over = True


def _prompt(name: str) -> Frames:
    return read_frames(PROMPTS / f"{name}.wav")


def main() -> None:
    """Run the town on the ports given by the arguments."""
    parser = argparse.ArgumentParser(description="The demo's telephones.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rtp-port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("destination")
    given = parser.parse_args()
    line = Line(HOST, given.port, HOST, given.rtp_port, RTP_PORTS, number="town")
    Town(line, given.destination, given.seed).run()


if __name__ == "__main__":
    main()
