"""A whole call without SIP."""

import numpy as np

from telephony.listening import FRAME_S
from telephony.session import Limits, MessageSession
from tests.telephony.lines import FRAME, SILENCE, VOICE, FakeLine, FakeTape, prompts

PROMPTS = prompts(
    "notice",
    "leave_request",
    "tone",
    "thank_you",
    "still_there",
    "nothing_heard",
    "message_full",
    "busy",
)


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
    # About two seconds of notice and interrupted request, the message, the goodbye's one.
    assert 31 < tape.seconds < 34
    assert tape.right == [SILENCE] * len(tape.frames)  # what the machine says is not kept


def test_a_disk_that_fills_ends_the_call_honestly() -> None:
    session, _, _ = call(spoken(30), refuses_after=200)
    assert session.outcome == "not_recorded"


def test_a_disk_that_fills_as_the_caller_hangs_up_is_not_talked_about_to_the_next() -> None:
    line, tape = FakeLine([]), FakeTape(refuses_after=0, close_fails=True)
    session = MessageSession(line, tape, PROMPTS, Limits(60, silence_end_s=4.0))
    session.answered()
    line.stop()
    session.finish([VOICE] * 5)
    assert not line.playing
    assert tape.closed
    assert session.outcome == "not_recorded"


def test_a_tape_that_cannot_be_closed_costs_nothing_but_its_call() -> None:
    line, tape = FakeLine([]), FakeTape(close_fails=True)
    session = MessageSession(line, tape, PROMPTS, Limits(60, silence_end_s=4.0))
    session.answered()
    session.finish([VOICE])
    assert (tape.left, session.outcome) == ([VOICE], "not_recorded")


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
        session.digit(key, "0")
    for _ in range(60):
        session.tick()
    assert line.ended
    assert (session.outcome, session.keys) == ("message_left", 3)
