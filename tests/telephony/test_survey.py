"""A whole callback without SIP: somebody who presses keys at given moments."""

from dataclasses import dataclass

import pytest

from telephony.keypad import KEY_S
from telephony.listening import FRAME_S
from telephony.survey import SurveySession
from tests.telephony.lines import FakeLine, FakeTape, prompts

PROMPTS = prompts(
    *("callback_intro", "callback_contacted", "callback_solved", "callback_rating"),
    *("callback_thanks", "callback_sorry", "invalid_key", "no_key", "goodbye"),
)
BAND, INFO = "0", "1"


@dataclass(frozen=True)
class Press:
    at_s: float
    key: str
    by: str = BAND


def ask(*presses: Press, seconds: float = 200, disk_s: float = 1e6) -> tuple[SurveySession, float]:
    """Return the survey of somebody who presses these keys and stays on the line so long."""
    line, tape = FakeLine(), FakeTape(refuses_after=int(disk_s / FRAME_S))
    session = SurveySession(line, tape, PROMPTS)
    session.answered()
    waiting = sorted(presses, key=lambda press: press.at_s)
    passed = 0.0
    while passed < seconds and not line.ended:
        session.tick()
        passed += FRAME_S
        while waiting and waiting[0].at_s <= passed:
            press = waiting.pop(0)
            session.digit(press.key, press.by)
    session.finish([])
    assert tape.closed
    return session, passed


def said(session: SurveySession) -> tuple[bool | None, bool | None, int | None]:
    return session.contacted, session.solved, session.rating


def test_three_keys_answer_three_questions() -> None:
    session, seconds = ask(Press(2.5, "1"), Press(4.5, "2", INFO), Press(6.5, "4"))
    assert (session.outcome, said(session)) == ("completed", (True, False, 4))
    assert seconds < 8


def test_keys_may_be_pressed_before_a_question_ends() -> None:
    session, seconds = ask(Press(1.5, "1"), Press(2.0, "1"), Press(2.5, "5"))
    assert (session.outcome, said(session)) == ("completed", (True, True, 5))
    assert seconds < 4


def test_a_machine_that_answers_presses_nothing() -> None:
    session, seconds = ask()
    assert (session.outcome, said(session)) == ("no_key", (None, None, None))
    # The greeting, one question three times with `no_key` twice, three waits, the goodbye.
    assert seconds == pytest.approx(1 + 3 + 2 + 3 * KEY_S + 1, abs=0.3)


def test_who_hangs_up_early_has_said_what_they_said() -> None:
    session, _ = ask(Press(2.5, "2"), seconds=4)
    assert (session.outcome, said(session)) == ("partial", (False, None, None))
    session, _ = ask(seconds=4)
    assert (session.outcome, said(session)) == ("hung_up", (None, None, None))


def test_a_press_that_arrives_both_ways_is_one_answer() -> None:
    session, _ = ask(Press(2.5, "1"), Press(3.2, "1", INFO), seconds=5)
    assert said(session) == (True, None, None)


def test_a_bouncing_key_does_not_answer_what_was_not_heard() -> None:
    session, _ = ask(Press(2.5, "1"), Press(2.7, "1"), seconds=5)
    assert said(session) == (True, None, None)


def test_the_same_key_pressed_anew_answers_the_next_question() -> None:
    session, _ = ask(Press(2.5, "1"), Press(4.5, "1", INFO), Press(6.5, "1"))
    assert said(session) == (True, True, 1)


def test_mashed_keys_end_the_call_and_invent_nothing() -> None:
    mashed = [Press(1.2 + 0.1 * place, "79*#80"[place % 6]) for place in range(200)]
    session, _ = ask(*mashed)
    assert (session.outcome, said(session)) == ("no_key", (None, None, None))
    assert session.keys > 10


def test_a_disk_that_fills_costs_the_recording_and_no_answer() -> None:
    session, _ = ask(Press(2.5, "1"), Press(4.5, "1"), Press(6.5, "5"), disk_s=1)
    assert (session.outcome, said(session)) == ("completed", (True, True, 5))
    assert session.seconds == pytest.approx(1)
