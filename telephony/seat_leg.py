"""A browser seat as a leg: no SIP; the console answers, and sound comes by the audio door."""

import uuid
from typing import Protocol

import structlog

from telephony.call import Listener
from telephony.channels import SeatChannel
from telephony.orders import BROWSER
from telephony.pulse import NO_MEDIA_S

log = structlog.get_logger()


class SeatSound(Protocol):
    """A connection to the audio door (`telephony.seat_audio`)."""

    @property
    def connected(self) -> bool: ...
    def pull(self) -> bytes | None: ...
    def push(self, frames: list[bytes]) -> None: ...
    def close(self) -> None: ...


class SeatLeg:
    """The other side is there once its agent has answered and their browser is connected.

    A page that is loaded anew comes back to the same leg; one that stays away has no sound.
    """

    rang = True
    status = 0

    def __init__(self, seat: int, audio: SeatSound, *, taken: bool = False) -> None:
        """`taken`: its agent began the call, so there is nothing to answer."""
        self.seat = seat
        self.gone = False
        self._audio = audio
        self._channel: SeatChannel | None = None
        self._listener: Listener | None = None
        self._taken, self._told = taken, False
        self._beats = 0

    def dial(self, _destination: str, channel: SeatChannel, listener: Listener) -> str:
        """Open the channel to the browser, and wait for its agent; return a name for the leg."""
        self._channel, self._listener = channel, listener
        channel.open(self._audio.pull, self._audio.push)
        return f"{BROWSER}{uuid.uuid4()}"

    def answer(self) -> None:
        """The agent takes the call."""
        self._taken = True

    def poll(self) -> None:
        """Tell the listener as soon as the agent can talk."""
        if self._taken and not self._told and self._audio.connected and self._listener:
            self._told = True
            self._listener.on_answered()

    def sound(self) -> int:
        """Return a number that grows while a browser is connected."""
        self._beats += self._audio.connected
        return self._beats

    def patience_s(self, _ever: bool) -> float:
        return NO_MEDIA_S

    def press(self, key: str) -> None:
        """Nothing: a browser has no use for keys."""
        log.info("keys.not_for_browsers", seat=self.seat, keys=len(key))

    def end(self) -> None:
        """Let the browser go."""
        if not self.gone:
            self.gone = True
            self._audio.close()
            if self._listener:
                self._listener.on_gone()

    def let_go(self) -> None:
        """Forget who listened."""
        self._channel = self._listener = None


def seat_of(destination: str) -> int | None:
    """Return the seat whose browser a destination names; None when it is a telephone's."""
    number = destination.removeprefix(BROWSER)
    return int(number) if number != destination and number.isdecimal() else None
