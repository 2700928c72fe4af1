"""An answering machine is known by its rhythm; nobody who answers as people do is taken for one."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.listening import FRAME_S
from telephony.survey import SurveySession
from telephony.voicemail import (
    BEEP_MAX_S,
    FIRST_WORD_S,
    GREETING_S,
    LONGEST_GREETING_S,
    PAUSE_S,
    Answerer,
    Who,
    is_beep,
)
from tests.telephony.lines import FRAME, SILENCE, VOICE, FakeLine, FakeTape, prompts

QUIET, BEEP = 20, 1500
Part = tuple[str, float]
# A voice's loudness goes up and down with its syllables, eight to a second and a half.
_SYLLABLE = (300, 900, 2400, 1800, 700, 40, 500, 2000, 1300, 60)


def levels(parts: Sequence[Part]) -> list[int]:
    """Return the loudness of each 20 ms of `voice`, `beep` and `quiet`, so many seconds each."""
    found: list[int] = []
    for kind, seconds in parts:
        frames = range(round(seconds / FRAME_S))
        spoken = [_SYLLABLE[at % len(_SYLLABLE)] for at in frames]
        found += {"voice": spoken}.get(kind, [{"beep": BEEP}.get(kind, QUIET)] * len(frames))
    return found


def who(*parts: Part, saying: bool = True, key_after_s: float | None = None) -> Who:
    return followed(*parts, saying=saying, key_after_s=key_after_s).who


def followed(*parts: Part, saying: bool = True, key_after_s: float | None = None) -> Answerer:
    answerer, passed_s = Answerer(), 0.0
    for level in levels(parts):
        if key_after_s is not None and passed_s >= key_after_s:
            answerer.key()
        answerer.hear(level, saying=saying)
        passed_s += FRAME_S
    return answerer


GREETING: Part = ("voice", 8.0)


def test_a_long_greeting_and_then_silence_is_asked_to_the_end() -> None:
    """An elder may do so: only who answers nothing at all was a machine."""
    heard = followed(("quiet", 0.5), GREETING, ("quiet", 13.5))
    assert (heard.who, heard.likely) == (Who.UNKNOWN, True)
    heard.key()
    assert (heard.who, heard.likely) == (Who.PERSON, False)


@pytest.mark.parametrize("before_s", [0.0, 0.4, 1.5, 2.5])
def test_a_beep_after_the_greeting_needs_less_silence(before_s: float) -> None:
    parts = (("quiet", 0.5), GREETING, ("quiet", before_s), ("beep", 0.8))
    assert who(*parts, ("quiet", 1.7)) is Who.MACHINE
    assert who(*parts, ("quiet", 1.0)) is Who.UNKNOWN


def test_a_person_says_a_word_and_listens() -> None:
    assert who(("quiet", 0.8), ("voice", 1.2), ("quiet", 20.0)) is Who.PERSON
    assert who(("quiet", 20.0)) is Who.UNKNOWN


def test_who_speaks_again_answers_us() -> None:
    parts = (GREETING, ("quiet", 2.0), ("voice", 1.5), ("quiet", 10.0))
    assert who(*parts) is Who.PERSON


def test_an_echo_of_our_own_voice_is_no_machine() -> None:
    """What sounds as long as we speak, and is silent when we are, decides nothing."""
    answerer = Answerer()
    for _ in range(3):
        for level in levels([("voice", 12.0)]):
            answerer.hear(level, saying=True)
        for level in levels([("quiet", 8.0)]):
            answerer.hear(level, saying=False)
    assert answerer.who is not Who.MACHINE


def test_a_television_that_never_stops_is_no_machine() -> None:
    assert who(("voice", LONGEST_GREETING_S + 5.0), ("quiet", 9.0)) is Who.PERSON


PARTS = st.lists(
    st.tuples(st.sampled_from(["voice", "beep", "quiet"]), st.floats(0.1, 15.0)), max_size=8
)


@given(PARTS, st.floats(0, 5.9))
def test_whoever_presses_a_key_is_never_a_machine(parts: list[Part], key_after_s: float) -> None:
    assert who(*parts, key_after_s=key_after_s) is not Who.MACHINE


@given(PARTS)
def test_what_was_decided_stands(parts: list[Part]) -> None:
    answerer, decided = Answerer(), Who.UNKNOWN
    for level in levels(parts):
        answerer.hear(level, saying=True)
        assert decided in (Who.UNKNOWN, answerer.who)
        decided = answerer.who


@given(
    st.lists(
        st.tuples(st.floats(0.1, GREETING_S - PAUSE_S - 1.0), st.floats(PAUSE_S + 0.2, 9.0)),
        max_size=6,
    )
)
def test_short_sentences_with_real_pauses_are_a_persons(talk: list[tuple[float, float]]) -> None:
    parts = [part for voice, pause in talk for part in (("voice", voice), ("quiet", pause))]
    assert who(*parts) is not Who.MACHINE


@given(st.floats(FIRST_WORD_S + 0.1, 30), st.floats(0.3, 30))
def test_who_listens_first_is_a_person(first_s: float, voice_s: float) -> None:
    assert who(("quiet", first_s), ("voice", voice_s), ("quiet", 9.0)) is not Who.MACHINE


@given(st.floats(0, FIRST_WORD_S - 0.5), st.floats(GREETING_S + 0.5, LONGEST_GREETING_S - 1))
def test_any_long_greeting_at_once_is_likely_a_machines(first_s: float, voice_s: float) -> None:
    parts = (("quiet", first_s), ("voice", voice_s), ("quiet", 3.2))
    assert followed(*parts).likely
    assert who(*parts, ("beep", 0.8), ("quiet", 1.7)) is Who.MACHINE
    assert who(*parts, ("beep", 0.8), ("quiet", 1.7), saying=False) is Who.UNKNOWN


@given(st.integers(10, round(BEEP_MAX_S / FRAME_S)), st.integers(200, 9000))
def test_a_beep_is_steady_and_a_voice_is_not(frames: int, level: int) -> None:
    assert is_beep([level] * frames)
    assert not is_beep(levels([("voice", max(0.4, frames * FRAME_S))]))


GREETING_FRAMES = [*([VOICE] * 40 + [SILENCE] * 5) * 8]
BEEP_FRAMES = [SILENCE] * 70 + [VOICE] * 30  # a steady tone


@pytest.mark.parametrize(
    ("speech", "at_most_s"), [(GREETING_FRAMES + BEEP_FRAMES, 15), (GREETING_FRAMES, 120)]
)
def test_a_callback_that_a_machine_takes_reaches_nobody(
    speech: list[bytes], at_most_s: float
) -> None:
    """With a beep it ends at once; without one it asks to the end, as an elder may have spoken."""
    line, tape = FakeLine(speech=list(speech)), FakeTape()
    session = SurveySession(
        line,
        tape,
        {
            **prompts("callback_contacted", "no_key", "goodbye"),
            "callback_intro": [bytes(2 * FRAME)] * 600,  # twelve seconds, as the shipped one
        },
    )
    session.answered()
    passed_s = 0.0
    while not line.ended:
        session.tick()
        passed_s += FRAME_S
        assert passed_s < at_most_s
    session.finish([])
    assert session.outcome == "voicemail"
    assert (session.contacted, session.solved, session.rating) == (None, None, None)
    assert tape.closed
