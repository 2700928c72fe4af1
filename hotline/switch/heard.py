"""What a recording sounds like to a recogniser: after its call, whole, in whichever form it lies.

While the call runs, `telephony.tapes.follow` brings the same sides as they are recorded.
"""

from collections.abc import Iterator

import numpy as np
from sqlmodel import Session

from hotline.core.ciphers import Unreadable
from hotline.core.errors import Conflict, NotFound
from hotline.core.settings import Settings
from nlp.speech import UnreadableSound
from telephony import sealed_recordings
from telephony.models import Recording
from telephony.tapes import RATE as RATE

Sides = tuple[bytes, bytes]


def sides(session: Session, recording: Recording, own: Settings) -> Iterator[Sides]:
    """Return (left, right), 16-bit PCM at RATE: the caller, and whoever talks to them.

    Needs the session only until it returns. Raises UnreadableSound, here or while it is read, for
    a recording that is not there, is no sound, or whose caller was erased.
    """
    try:
        sound = sealed_recordings.sound_of(session, recording, own.recordings_dir)
    except (NotFound, Conflict, Unreadable) as error:
        raise UnreadableSound(error.detail) from error
    return guarded(sound.sides())


def mixed(pairs: Iterator[Sides]) -> Iterator[bytes]:
    """Yield both sides as one; what is too loud together is cut off, what is the same is one."""
    for left, right in pairs:
        if left == right:  # an earlier version's, of both together
            yield left
            continue
        both = np.frombuffer(left, np.int16).astype(np.int32) + np.frombuffer(right, np.int16)
        yield both.clip(-(2**15), 2**15 - 1).astype(np.int16).tobytes()


def guarded(pairs: Iterator[Sides]) -> Iterator[Sides]:
    """Yield the same; raise UnreadableSound for what can't be read."""
    try:
        yield from pairs
    except (OSError, Unreadable) as error:
        raise UnreadableSound(f"A recording can't be read: {error}.") from error
