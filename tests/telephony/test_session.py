"""A whole call without SIP: a line that plays in its own time, a caller made of frames."""

from dataclasses import dataclass, field

import numpy as np

from telephony.listening import FRAME_S
from telephony.session import Limits, MessageSession

FRAME = 160
SILENCE = bytes(2 * FRAME)
VOICE = (3000 * np.sin(np.arange(FRAME) * 0.6)).astype(np.int16).tobytes()
PROMPTS = {
    name: [SILENCE] * 50
    for name in (
        "notice",
        "leave_request",
        "tone",
        "thank_you",
        "still_there",
        "nothing_heard",
        "message_full",
        "busy",
    )
}


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
    frames: list[bytes] = field(default_factory=list)
    refuses_after: int = 10**9
    closed: bool = False

    @property
    def seconds(self) -> float:
        return len(self.frames) * FRAME_S

    def write(self, frames: list[bytes]) -> None:
        if len(self.frames) >= self.refuses_after:
            raise OSError("No space left on device")
        self.frames += frames

    def close(self) -> None:
        self.closed = True


def spoken(seconds: float) -> list[bytes]:
    """Return speech: syllables with the gaps that every voice has."""
    syllable = [VOICE] * 12 + [SILENCE] * 3
    return (syllable * (int(seconds / FRAME_S / len(syllable)) + 1))[: int(seconds / FRAME_S)]


def call(
    speech: list[bytes], *, refuses_after: int = 10**9, message_s: float = 60
) -> tuple[MessageSession, FakeLine, FakeTape]:
    line, tape = FakeLine(speech), FakeTape(refuses_after=refuses_after)
    session = MessageSession(line, tape, PROMPTS, Limits(message_s, silence_end_s=4.0))
    session.answered()
    for _ in range(int(200 / FRAME_S)):
        session.tick()
        if line.ended:
            break
    session.finish([])
    return session, line, tape


def test_a_message_ends_four_seconds_after_the_last_word() -> None:
    waits = [SILENCE] * 160  # past notice, request and tone, 50 frames each
    session, _, tape = call(waits + spoken(6))
    assert session.outcome == "message_left"
    # 3.2 s before, 6 s of speech, 4 s of silence, one second of thanks.
    assert 14.0 < tape.seconds < 15.0
    assert tape.closed


def test_a_silent_caller_costs_two_first_word_waits_and_no_more() -> None:
    session, _, tape = call([])
    assert session.outcome == "nothing_heard"
    assert tape.seconds < 25


def test_a_monologue_is_ended_politely_and_kept_whole() -> None:
    session, _, tape = call(spoken(100), message_s=30)
    assert session.outcome == "message_left"
    assert 30 <= tape.seconds < 33


def test_a_disk_that_fills_ends_the_call_honestly() -> None:
    session, _, _ = call(spoken(30), refuses_after=200)
    assert session.outcome == "not_recorded"


def test_steady_line_noise_is_not_taken_for_a_voice() -> None:
    hum = (110 * np.sin(np.arange(FRAME) * 0.05)).astype(np.int16).tobytes()
    session, _, _ = call([hum] * 5000)
    assert session.outcome == "nothing_heard"


def test_hash_ends_a_message_at_once() -> None:
    line, tape = FakeLine([SILENCE] * 160 + spoken(3)), FakeTape()
    session = MessageSession(line, tape, PROMPTS, Limits(60, silence_end_s=4.0))
    session.answered()
    for _ in range(300):
        session.tick()
    for key in ("1", "*", "#"):
        session.digit(key)
    for _ in range(60):
        session.tick()
    assert line.ended
    assert (session.outcome, session.keys) == ("message_left", 3)
