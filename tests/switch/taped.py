"""Calls on real tapes, and an engine that hears a word in every loud second of them."""

import threading
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from hotline.core import keyring
from hotline.core.settings import Settings
from nlp.speech import Capabilities, Description, Piece, Segment
from telephony import records, tape_keys
from telephony.commands import CallEnded
from telephony.tapes import SealedTape
from tests.factories import arrival

RATE = 8000
RATE_BYTES = 2 * RATE
WITHIN_S = 60
PARTIAL = b"\x07\x00"


class LoudEngine:
    """Hears a word in every whole second that is not silent; `bad` seconds kill it."""

    capabilities = Capabilities(partials=True)

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.decoded: list[str] = []
        self.breaks = 0

    def describe(self) -> Description:
        return Description("loud", "seconds", "", partials=True)

    def open_stream(self, rate: int) -> "LoudStream":
        assert rate == RATE
        return LoudStream(self)


class LoudStream:
    def __init__(self, engine: LoudEngine) -> None:
        self._engine = engine
        self._held = b""
        self._seconds = 0

    def feed(self, pcm: bytes) -> list[Piece]:
        self._held += pcm
        pieces = []
        while len(self._held) >= RATE_BYTES:
            second, self._held = self._held[:RATE_BYTES], self._held[RATE_BYTES:]
            start, self._seconds = self._seconds, self._seconds + 1
            if any(second):
                pieces.append(Piece(start + 1, partial(self._decode, second, start)))
        return pieces

    def finish(self) -> list[Piece]:
        return []

    def close(self) -> None:
        pass

    def _decode(self, second: bytes, start: int) -> list[Segment]:
        self._engine.gate.wait(WITHIN_S)
        if self._engine.breaks:
            self._engine.breaks -= 1
            raise ConnectionError("gone")  # the door takes it for a client that left: no answer
        word = f"第{second[0]}句"
        self._engine.decoded.append(word)
        return [Segment(start, start + 1, word, 0.9, final=not second.startswith(PARTIAL))]


class Line:
    """One call: what is said into it lands on its tape."""

    def __init__(self, own: Settings, session: Session, now: datetime) -> None:
        came = arrival(now)
        path = came.recording.replace(".wav", ".tape")
        self.call = records.open_call(session, replace(came, recording=path))
        records.answer_call(session, str(self.call.id), at=now)
        session.commit()
        public = bytes.fromhex(tape_keys.public_half(keyring.keyring()))
        self._tape = SealedTape(own.recordings_dir / path, public)
        self._now = now
        self._seconds = 0

    def say(self, left: int, right: int = 0) -> None:
        """Record one second: what is not 0 is a word of that voice."""
        frame = (bytes([left, 0]) + bytes([right, 0])) * 160
        self._tape.write([frame] * 50)
        self._seconds += 1

    def hang_up(self, session: Session) -> None:
        self._tape.close()
        ended = CallEnded(
            str(self.call.id), "caller_hung_up", float(self._seconds), 0, self._now.isoformat()
        )
        records.end_call(session, ended)
        session.commit()
