"""A worker with one caller on the line, whose agents and experts are stand-ins."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from telephony import inviting, reception
from telephony.caller import Caller
from telephony.commands import AgentGone, Message, PartyGone
from telephony.control import Control
from telephony.conversation import Equipment
from telephony.endpoint import Account, Line, Sender
from telephony.orders import BROWSER, Invite, Offer, Order
from telephony.reception import Reception
from telephony.room import Room
from tests.telephony.legs import LIMITS, FakeLeg, FakeSound, without_pjsua
from tests.telephony.lines import FakeTape, prompts

NOBODY = cast(Account, None)
SEAT = 7
DESK, EXPERT = "sip:1001@127.0.0.1", "sip:110@127.0.0.1"
SPOKEN = (
    *("notice", "please_wait", "tone", "leave_request", "rate_call", "hold", "queue_next"),
    *("nothing_heard", "still_there", "callback_thanks"),
)


class Office:
    """Orders go in by `tell`; what is reported is in `told`."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Message] = []
        self.at = self.away = 0.0
        self.legs: list[FakeLeg] = []  # of those who are rung
        self.callers: list[FakeLeg] = []
        self.sounds: list[FakeSound] = []
        self.tape = FakeTape()
        self.equipment = Equipment(
            *("w", self.told.append, folder, prompts(*SPOKEN), LIMITS),
            new_tape=lambda _path: self.tape,
            seat_sound=self._sound,
            away_s=lambda: self.away,
            clock=lambda: self.at,
        )
        self.room = Room(4)
        line = Line("127.0.0.1", 5060, "127.0.0.1", 40000, 40)
        self.reception = Reception(line, self.equipment, self.room)
        self.control = Control(NOBODY, self.equipment, self.room)

    @property
    def caller(self) -> Caller:
        return cast(Caller, self.callers[0].listener)

    @property
    def call_id(self) -> str:
        return self.caller.id

    @property
    def gone(self) -> list[tuple[str, bool]]:
        """How it went with agents, and with others."""
        return [
            (each.outcome, each.talked)
            for each in self.told
            if isinstance(each, AgentGone | PartyGone)
        ]

    def tell(self, order: Order) -> None:
        self.control.obey(order)

    def offer(self, destination: str = DESK, *, call_id: str = "", seat: int = SEAT) -> None:
        self.tell(Offer(call_id or self.call_id, seat, destination, 20.0))

    def offer_browser(self) -> FakeSound:
        self.offer(f"{BROWSER}{SEAT}")
        return self.sounds[-1]

    def ring(self) -> FakeLeg:
        """Offer the caller's call to a desk phone and return its leg."""
        self.offer()
        return self.legs[-1]

    def invite(
        self,
        party: str = "police",
        *,
        part: str = "expert",
        to: str = EXPERT,
        apart: bool = False,
        listening: str = "",
    ) -> FakeLeg:
        """Ring somebody else for the call; a browser is answered for."""
        self.tell(Invite(self.call_id, party, part, to, 20.0, apart, listening))
        return self.legs[-1]

    def talk(self) -> FakeLeg:
        """Let an agent at a desk phone talk to the caller."""
        leg = self.ring()
        leg.listener.on_answered()
        self.skip_prompts()
        return leg

    def skip_prompts(self) -> None:
        """Let everything be said."""
        for _ in range(3):
            self.caller.channel.source.stop()
            self.room.tick()

    def pass_time(self, seconds: float) -> None:
        self.at += seconds
        self.room.tick()

    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.told]

    def _sound(self, _call_id: str, _seat: int) -> FakeSound:
        self.sounds.append(FakeSound())
        return self.sounds[-1]


def open_office(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield an office whose caller has been answered; whatever is left at the end is ended."""
    without_pjsua(monkeypatch)
    made = Office(folder)

    def new_leg(_account: object) -> FakeLeg:
        made.legs.append(FakeLeg(None, 0))
        return made.legs[-1]

    def new_caller(account: object, pj_id: int) -> FakeLeg:
        made.callers.append(FakeLeg(account, pj_id))
        return made.callers[-1]

    monkeypatch.setattr(inviting, "CalleeLeg", new_leg)
    monkeypatch.setattr(reception, "CallerLeg", new_caller)
    made.reception.on_invite(NOBODY, 0, Sender("127.0.0.1:5060"))
    made.caller.on_answered()
    yield made
    for leg in (*made.callers, *made.legs):
        leg.end()
    made.room.conclude()
    made.room.conclude()
    assert made.room.active == 0
