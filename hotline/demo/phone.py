"""The demo's telephone, a process of its own: it dials, speaks, is rung back, presses keys.

It knows only SIP and what it hears: it speaks, or presses, when the other side has fallen silent.
Each thing that happens is one JSON object on standard output.
"""

import argparse
import json
import signal
import sys
from collections import deque
from pathlib import Path
from types import FrameType

from telephony.call import CalleeLeg, CallerLeg, Leg
from telephony.channels import Channel
from telephony.endpoint import (
    POLL_MS,
    Account,
    Endpoint,
    Line,
    Sender,
    leave,
    open_account,
    own_this_thread,
)
from telephony.listening import FRAME_S, Ear, loudness
from telephony.media import read_frames

RTP_PORTS = 40
# Between sentences a voice rests for less; after a question it waits for longer.
TURN_S = 1.0
# What is shorter is a beep or a click.
PROMPT_S = 0.8


class Handset:
    """One call from this telephone's side: it listens, and takes its turns in their order."""

    def __init__(self, channel: Channel, turns: list[list[bytes] | str]) -> None:
        self.leg: Leg
        self._channel = channel
        self._turns = deque(turns)
        self._ear = Ear()
        self._answered = False
        self._lasted_s = 0.0

    def on_answered(self) -> None:
        self._answered = True
        tell("answered", status=200)

    def on_digit(self, digit: str, by: str) -> None:
        tell("key_heard", digit=digit, by=by)

    def on_gone(self) -> None:
        tell("hung_up", seconds=round(self._lasted_s, 1), status=self.leg.status)

    def tick(self) -> None:
        """Listen; when the other side has spoken and fallen silent, take the next turn."""
        for frame in self._channel.tap.take():
            self._lasted_s += FRAME_S
            self._ear.hear(loudness(frame))
        if not self._turns or self._channel.source.playing or not self._answered:
            return
        if self._ear.spoken_s >= PROMPT_S and self._ear.silent_s >= TURN_S:
            self._take(self._turns.popleft())

    def _take(self, turn: list[bytes] | str) -> None:
        self._ear.start()
        if isinstance(turn, str):
            self.leg.press(turn)
            tell("pressed", key=turn)
        else:
            self._channel.source.play(turn)
            tell("speaks", seconds=round(len(turn) * FRAME_S, 1))


class Telephone:
    """Dials once, then waits to be rung."""

    def __init__(self, line: Line, keys: str) -> None:
        self._keys = keys
        self._endpoint = Endpoint(line, lambda *_: None)
        self._account = open_account(line, self._on_invite)
        self._calls: list[Handset] = []
        # Made once and kept: pjmedia's clock thread may still use them (telephony.md, trap B).
        self._channels = [Channel(number) for number in range(2)]
        self._over = False

    def dial(self, destination: str, speech: list[bytes]) -> None:
        """Ring the destination, speak, and leave the hanging up to it."""
        handset = Handset(self._channels[0], [speech])
        leg = CalleeLeg(self._account)
        handset.leg = leg
        self._calls.append(handset)
        tell("dials", to=destination)
        leg.dial(destination, self._channels[0], handset)

    def run(self) -> None:
        """Serve until terminated; never returns."""
        signal.signal(signal.SIGTERM, self._stop)
        own_this_thread()
        while not self._over:
            self._endpoint.libHandleEvents(POLL_MS)
            for handset in list(self._calls):
                if handset.leg.gone:
                    self._calls.remove(handset)
                    handset.leg.let_go()
                else:
                    handset.tick()
        leave(self._endpoint)

    def _on_invite(self, account: Account, pj_id: int, sender: Sender) -> None:
        handset = Handset(self._channels[1], list(self._keys))
        leg = CallerLeg(account, pj_id)
        leg.read_invitation(sender)
        handset.leg = leg
        self._calls.append(handset)
        tell("rings", caller=leg.invitation.caller)
        leg.attach(self._channels[1], handset)
        leg.admit()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._over = True


def tell(event: str, **facts: object) -> None:
    """Report one thing that happened."""
    sys.stdout.write(json.dumps({"event": event, **facts}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run the telephone on the port given by the arguments."""
    parser = argparse.ArgumentParser(description="The demo's telephone.")
    parser.add_argument("--number", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rtp-port", type=int, required=True)
    parser.add_argument("--wav", type=Path, required=True)
    parser.add_argument("--keys", required=True)
    parser.add_argument("destination")
    given = parser.parse_args()
    host = "127.0.0.1"
    line = Line(host, given.port, host, given.rtp_port, RTP_PORTS, number=given.number)
    telephone = Telephone(line, given.keys)
    telephone.dial(given.destination, read_frames(given.wav))
    telephone.run()


if __name__ == "__main__":
    main()
