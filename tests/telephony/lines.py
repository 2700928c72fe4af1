"""A line without SIP: it plays in its own time, and its other side is made of frames."""

from array import array
from dataclasses import dataclass, field

import numpy as np

from telephony.listening import FRAME_S

FRAME = 160
SILENCE = bytes(2 * FRAME)
VOICE = (3000 * np.sin(np.arange(FRAME) * 0.6)).astype(np.int16).tobytes()


@dataclass
class FakeLine:
    """Plays one frame a tick and hears one frame a tick, as the clock of a real line does."""

    speech: list[bytes] = field(default_factory=list)
    left: int = 0
    ended: bool = False

    @property
    def playing(self) -> bool:
        return self.left > 0

    def play(self, frames: list[bytes]) -> None:
        self.left = len(frames)

    def stop(self) -> None:
        self.left = 0

    def take(self) -> list[bytes]:
        self.left = max(0, self.left - 1)
        return [self.speech.pop(0) if self.speech else SILENCE]

    def end(self) -> None:
        self.ended = True


@dataclass
class FakeTape:
    """Takes stereo frames."""

    frames: list[bytes] = field(default_factory=list)
    refuses_after: int = 10**9
    close_fails: bool = False
    closed: bool = False

    @property
    def seconds(self) -> float:
        return len(self.frames) * FRAME_S

    @property
    def left(self) -> list[bytes]:
        """The caller's frames."""
        return [array("h", frame)[0::2].tobytes() for frame in self.frames]

    @property
    def right(self) -> list[bytes]:
        """The frames of whoever talks to them."""
        return [array("h", frame)[1::2].tobytes() for frame in self.frames]

    def write(self, frames: list[bytes]) -> None:
        if len(self.frames) >= self.refuses_after:
            raise OSError("No space left on device")
        self.frames += frames

    def close(self) -> None:
        self.closed = True
        if self.close_fails:
            raise OSError("No space left on device")


def prompts(*names: str) -> dict[str, list[bytes]]:
    """Return prompts of one second each."""
    return {name: [SILENCE] * 50 for name in names}
