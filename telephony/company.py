"""Who is in a caller's call beside them, or rung for it; who hears whom follows from that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from telephony.mixing import LEFT
from telephony.patching import Patch, Socket
from telephony.wiring import Listening, Part, Party, wires

CALLER = LEFT
"""What the caller is called among the parties of their call."""
_TALKING = (Part.AGENT, Part.EXPERT)


class Companion(Protocol):
    """Somebody who is rung for a caller, and then in the call with them."""

    name: str
    part: Part
    listening: Listening
    ready: bool  # they have answered
    apart: bool  # the caller is held as long as they are rung or consulted
    channel: Any  # a `telephony.patching.Socket`

    def joined(self) -> None: ...
    def take(self) -> list[bytes]: ...
    def leave(self) -> None: ...
    def withdraw(self) -> None: ...


class Company:
    """One caller's; every change is applied to the bridge at once."""

    def __init__(self, caller: Socket) -> None:
        self._guests: dict[str, Companion] = {}
        self._parties = {CALLER: Party(CALLER, Part.CALLER)}
        self._held = False
        self._heard = frozenset[str]()  # whom the caller hears
        self._patch = Patch()
        self._patch.plug(CALLER, caller)

    @property
    def held(self) -> bool:
        """Whether the caller is held: because somebody said so, or asks a third one first."""
        return self._held or any(guest.apart for guest in self._guests.values())

    @property
    def rung(self) -> bool:
        """Whether somebody who would talk to the caller is rung, or has just answered."""
        return any(self._comes(guest) for guest in self._guests.values())

    @property
    def ready(self) -> bool:
        """Whether somebody who would talk to the caller has answered and is not in the call yet."""
        return any(guest.ready and self._comes(guest) for guest in self._guests.values())

    @property
    def knocking(self) -> bool:
        """Whether anybody has answered and is not in the call yet."""
        return any(each.ready and each.name not in self._parties for each in self.guests())

    @property
    def attended(self) -> bool:
        """Whether somebody is in the call to talk to the caller."""
        return any(party.part in _TALKING for party in self._parties.values())

    def guest(self, name: str) -> Companion | None:
        """Return who goes by this name, rung or in the call."""
        return self._guests.get(name)

    def guests(self) -> list[Companion]:
        return list(self._guests.values())

    def expect(self, guest: Companion) -> None:
        """Somebody is being rung."""
        self._guests[guest.name] = guest
        self._apply()

    def admit(self) -> None:
        """Let all who have answered into the call."""
        for guest in self.guests():
            if guest.ready and guest.name not in self._parties:
                guest.take()  # what came before they could be heard
                self._parties[guest.name] = Party(guest.name, guest.part, listening=guest.listening)
                self._patch.plug(guest.name, guest.channel)
                guest.joined()
        self._apply()

    def part(self, guest: Companion) -> bool:
        """Let somebody go; return whether nobody talks to the caller any more who did."""
        if self._guests.get(guest.name) is not guest:
            return False
        attended = self.attended
        del self._guests[guest.name]
        self._parties.pop(guest.name, None)
        self._patch.unplug(guest.name)
        if attended and not any(each.part is Part.AGENT for each in self._parties.values()):
            self._reunite()  # who consulted is gone: caller and expert must not wait for them
        self._apply()
        return attended and not self.attended

    def hold(self, on: bool) -> None:
        """Hold the caller, or let everybody hear everybody."""
        if on:
            self._held = True
            self._apply()
        else:
            self.meet()

    def meet(self) -> None:
        """Let everybody hear everybody."""
        self._reunite()
        self._apply()

    def mute(self, name: str, on: bool) -> bool:
        """Let nobody hear this party, or everybody again; False: there is no such party."""
        return self._change(name, muted=on)

    def listen(self, name: str, listening: Listening) -> bool:
        """Let a supervisor listen in another way; False: there is no such party."""
        if guest := self._guests.get(name):
            guest.listening = listening
        return self._change(name, listening=listening)

    def take(self) -> Mapping[str, list[bytes]]:
        """Return what those said whom the caller hears; what others said is dropped."""
        taken = {name: self._guests[name].take() for name in self._parties if name in self._guests}
        return {name: frames for name, frames in taken.items() if name in self._heard}

    def _comes(self, guest: Companion) -> bool:
        return guest.part in _TALKING and guest.name not in self._parties

    def _reunite(self) -> None:
        self._held = False
        for guest in self._guests.values():
            guest.apart = False

    def _change(self, name: str, **what: object) -> bool:
        if name not in self._parties:
            return False
        self._parties[name] = replace(self._parties[name], **what)  # type: ignore[arg-type]
        self._apply()
        return True

    def _apply(self) -> None:
        caller = replace(self._parties[CALLER], held=self.held)
        wanted = wires({**self._parties, CALLER: caller}.values())
        self._heard = frozenset(speaker for speaker, hearer in wanted if hearer == CALLER)
        self._patch.lay(wanted)
