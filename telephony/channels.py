"""A channel: one party's voice and ear in the bridge, from a pool that is never freed (trap B).

Of a SIP leg both are the call's medium, which comes and goes; of a browser seat they are two ports
of our own. `tap` is what the party says, for the worker's loop; `source` is what only they hear.
"""

from collections.abc import Callable
from typing import Any, Protocol

from telephony.media import AudioSource, AudioTap, Earpiece, Microphone, Pull, Push


class Medium(Protocol):
    """What has a place in the bridge: of pjsua2's, which only `media` and its like name."""

    def startTransmit(self, sink: Any, /) -> None: ...  # as pjsua2 calls it
    def stopTransmit(self, sink: Any, /) -> None: ...


class Outlet:
    """What every channel has: a voice and an ear while it is live, and who is told of changes."""

    def __init__(self) -> None:
        self._voice: Medium | None = None
        self._ear: Medium | None = None
        self._changed: Callable[[], None] | None = None
        self._hears: set[Outlet] = set()
        self._heard_by: set[Outlet] = set()

    @property
    def live(self) -> bool:
        return self._voice is not None

    def watch(self, changed: Callable[[], None] | None) -> None:
        """Have this called after each change of the medium."""
        self._changed = changed

    def hear(self, other: "Outlet") -> None:
        """Let the other's voice reach this ear; both must be live."""
        if other._voice and self._ear:
            other._voice.startTransmit(self._ear)
            self._hears.add(other)
            other._heard_by.add(self)

    def hear_no_longer(self, other: "Outlet") -> None:
        """Take that back; both must be live."""
        if other._voice and self._ear:
            other._voice.stopTransmit(self._ear)
            self._hears.discard(other)
            other._heard_by.discard(self)

    def _become(self, medium: Medium | None) -> None:
        """Have another medium or none: the wires of the one before left the bridge with it."""
        for other in self._hears:
            other._heard_by.discard(self)
        for other in self._heard_by:
            other._hears.discard(self)
        self._hears.clear()
        self._heard_by.clear()
        self._voice = self._ear = medium
        if self._changed:
            self._changed()


class Channel(Outlet):
    """A SIP leg's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.tap = AudioTap(f"tap-{number}")
        self.source = AudioSource(f"source-{number}")

    def begin(self) -> None:
        """Make sure that the next party hears nothing meant for the one before."""
        self.tap.take()
        self.tap.rhythm.rest()
        self.source.stop()

    def connect(self, audio: Medium) -> None:
        """Join the ports to an active call medium; call again after each media change (trap F)."""
        audio.startTransmit(self.tap)
        self.source.startTransmit(audio)
        self.tap.on = True
        self._become(audio)

    def disconnect(self) -> None:
        """Take note that the medium is gone: its place in the bridge may soon be another's."""
        self._become(None)

    def release(self) -> list[bytes]:
        """Return the last frames and make the channel ready for the next party."""
        self.tap.on = False
        rest = self.tap.take()
        self.source.stop()
        self.disconnect()
        self.watch(None)
        return rest


class SeatChannel(Outlet):
    """A browser seat's: what comes from its microphone, and what goes to its headset."""

    def __init__(self, number: int, sink: AudioTap) -> None:
        super().__init__()
        self.tap = Microphone(f"microphone-{number}")
        self.source = AudioSource(f"seat-source-{number}")
        self._earpiece = Earpiece(f"earpiece-{number}")
        # A microphone that nobody hears must be emptied all the same.
        self._sink = sink

    def begin(self) -> None:
        """Make sure that nothing of the party before is kept, or said."""
        self.tap.take()
        self.source.stop()

    def open(self, pull: Pull, push: Push) -> None:
        """Let sound be pulled from the browser and pushed to it, until `release`."""
        self.tap.pull, self._earpiece.push = pull, push
        self.tap.heard = 0
        self.tap.on = True
        self.tap.startTransmit(self._sink)
        self.source.startTransmit(self._earpiece)
        self._voice, self._ear = self.tap, self._earpiece

    def release(self) -> list[bytes]:
        """Return the last frames and make the channel ready for the next party.

        Its ports stay in the bridge, so whatever wire is left is taken up here.
        """
        for other in tuple(self._hears):
            self.hear_no_longer(other)
        for other in tuple(self._heard_by):
            other.hear_no_longer(self)
        if self.live:
            self.tap.stopTransmit(self._sink)
            self.source.stopTransmit(self._earpiece)
        self._voice = self._ear = None
        self.source.stop()
        self.tap.on = False
        self.tap.pull = self._earpiece.push = None
        self.watch(None)
        return self.tap.take()
