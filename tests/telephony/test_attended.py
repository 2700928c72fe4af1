"""A whole call with an agent, without SIP: what is played, kept, asked and answered."""

from dataclasses import dataclass, field

import pytest

from telephony.attended import PATIENCE_S, TONE_EVERY_S, AttendedSession
from telephony.keypad import KEY_S
from telephony.listening import FRAME_S
from telephony.session import Limits
from tests.telephony.lines import SILENCE, VOICE, FakeLine, FakeTape, prompts

PROMPTS = prompts(
    *("notice", "please_wait", "tone", "rate_call", "callback_thanks", "invalid_key", "no_key"),
    *("goodbye", "leave_request", "nothing_heard", "still_there", "busy", "thank_you"),
)
NOTICE_S = 1.0  # as long as each prompt
BAND, INFO = "0", "1"


@dataclass
class FakeAgent:
    """A desk phone that says one frame a tick once it is joined."""

    ready: bool = False
    joins: int = 0

    def join(self) -> None:
        self.joins += 1

    def take(self) -> list[bytes]:
        return [VOICE] if self.joins else []


@dataclass
class FullLine(FakeLine):
    """A line that remembers how often something was said on it."""

    said: int = 0

    def play(self, frames: list[bytes]) -> None:
        super().play(frames)
        self.said += 1


@dataclass
class Ringing:
    """A call under way."""

    line: FullLine = field(default_factory=FullLine)
    tape: FakeTape = field(default_factory=FakeTape)
    agent: FakeAgent = field(default_factory=FakeAgent)
    passed: float = 0.0
    answered: bool = True

    def __post_init__(self) -> None:
        limits = Limits(60, silence_end_s=4.0)
        self.session = AttendedSession(self.line, self.tape, PROMPTS, limits)
        if self.answered:
            self.session.answered()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            if self.line.ended:
                return
            self.session.tick()
            self.passed += FRAME_S

    def until_end(self) -> None:
        self.wait(200)
        assert self.line.ended
        self.session.finish([])
        assert self.tape.closed

    def talk(self, seconds: float = 2.0) -> None:
        """Let the agent answer at once, and both talk after the notice."""
        self.session.offered(self.agent)
        self.agent.ready = True
        self.wait(NOTICE_S + 0.1 + seconds)
        assert self.agent.joins == 1


def test_nobody_joins_before_the_notice_has_ended() -> None:
    call = Ringing()
    call.session.offered(call.agent)
    call.agent.ready = True
    call.wait(NOTICE_S - 0.1)
    assert call.agent.joins == 0
    call.wait(0.2)
    assert call.agent.joins == 1
    assert not call.line.playing


def test_an_offer_may_come_before_the_callers_acknowledgement() -> None:
    call = Ringing(answered=False)
    assert call.session.may_be_offered
    call.session.offered(call.agent)
    call.agent.ready = True
    call.session.answered()
    call.wait(NOTICE_S + 0.1)
    assert call.agent.joins == 1


def test_both_voices_are_on_the_tape_and_in_step() -> None:
    call = Ringing()
    call.line.speech = [SILENCE] * 100 + [VOICE] * 25
    call.talk(seconds=2)
    call.session.agent_left()
    together = [frame for frame in call.tape.frames if frame not in (VOICE, SILENCE)]
    assert len(together) == 25
    assert call.tape.frames.count(VOICE) == pytest.approx(100 - 25, abs=6)
    assert call.tape.seconds == pytest.approx(call.passed, abs=0.1)


def test_after_the_agent_has_left_the_caller_rates_the_call() -> None:
    call = Ringing()
    call.talk()
    call.session.agent_left()
    call.wait(1.5)
    call.session.digit("4", BAND)
    call.until_end()
    assert (call.session.rating, call.session.outcome) == (4, "agent_hung_up")


def test_a_press_that_comes_both_ways_is_one_and_a_wrong_one_is_asked_again() -> None:
    call = Ringing()
    call.talk()
    call.session.agent_left()
    call.wait(1.5)
    for key in ("#", "9"):
        call.session.digit(key, BAND)
        call.session.digit(key, INFO)
        call.wait(1)
    assert call.session.rating is None
    call.session.digit("2", INFO)
    call.until_end()
    assert call.session.rating == 2


def test_who_presses_nothing_is_asked_three_times_and_has_rated_nothing() -> None:
    call = Ringing()
    call.talk()
    call.session.agent_left()
    began = call.passed
    call.until_end()
    assert call.session.rating is None
    assert call.session.outcome == "agent_hung_up"
    # The question three times, `no_key` twice, three waits, the goodbye.
    assert call.passed - began == pytest.approx(3 + 2 + 3 * KEY_S + 1, abs=0.3)


def test_keys_pressed_while_they_talk_rate_nothing() -> None:
    call = Ringing()
    call.talk()
    for key in "1#5":
        call.session.digit(key, BAND)
    call.session.finish([])
    assert (call.session.rating, call.session.outcome) == (None, "caller_hung_up")


def test_the_next_seat_may_be_rung_while_the_caller_waits_and_hears_a_tone() -> None:
    call = Ringing()
    call.session.offered(call.agent)
    call.wait(NOTICE_S + 2.5 * TONE_EVERY_S)
    assert call.line.said == 2 + 2  # notice, please_wait, two tones
    call.session.agent_left()
    assert call.session.may_be_offered
    second = FakeAgent(ready=True)
    call.session.offered(second)
    call.wait(0.1)
    assert second.joins == 1


@pytest.mark.parametrize("waited_s", [0.5, NOTICE_S + 2])
def test_when_nobody_comes_the_message_is_taken(waited_s: float) -> None:
    call = Ringing()
    call.session.offered(call.agent)
    call.wait(waited_s)
    call.session.agent_left()
    call.session.unattended()
    call.line.speech = [SILENCE] * 200 + ([VOICE] * 20 + [SILENCE] * 3) * 10
    call.until_end()
    assert call.session.outcome == "message_left"


def test_a_switch_that_says_nothing_more_leaves_the_caller_their_message() -> None:
    call = Ringing()
    call.session.offered(call.agent)
    call.session.agent_left()
    call.wait(NOTICE_S + PATIENCE_S + 0.2)
    assert not call.session.may_be_offered
    call.until_end()
    assert call.session.outcome == "nothing_heard"


def test_a_full_disk_does_not_cut_off_two_people_who_talk() -> None:
    call = Ringing(tape=FakeTape(refuses_after=100))
    call.talk(seconds=3)
    assert not call.line.ended
    call.session.agent_left()
    call.wait(1.5)
    call.session.digit("5", BAND)
    call.until_end()
    assert (call.session.rating, call.session.outcome) == (5, "agent_hung_up")


def test_a_full_disk_while_the_caller_waits_promises_nothing() -> None:
    call = Ringing(tape=FakeTape(refuses_after=20))
    call.session.offered(call.agent)
    call.until_end()
    assert call.session.outcome == "not_recorded"


def test_without_an_offer_the_call_is_a_message_as_ever() -> None:
    call = Ringing()
    call.wait(NOTICE_S + 0.5)
    assert not call.session.may_be_offered
    call.until_end()
    assert call.session.outcome == "nothing_heard"
