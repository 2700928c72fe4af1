"""A whole call with an agent, without SIP: what is played, kept, asked and answered."""

import pytest

from telephony.attended import PATIENCE_S, TONE_EVERY_S
from telephony.keypad import KEY_S
from tests.telephony.lines import SILENCE, VOICE, FakeTape
from tests.telephony.ringing import BAND, INFO, NOTICE_S, Ringing


def test_nobody_joins_before_the_notice_has_ended() -> None:
    call = Ringing()
    call.offer(answered=True)
    call.wait(NOTICE_S - 0.1)
    assert call.company.joins == 0
    call.wait(0.2)
    assert call.company.joins == 1
    assert not call.line.playing


def test_an_offer_may_come_before_the_callers_acknowledgement() -> None:
    call = Ringing(answered=False)
    assert call.session.waits
    call.offer(answered=True)
    call.session.answered()
    call.wait(NOTICE_S + 0.1)
    assert call.company.joins == 1


def test_the_caller_is_left_on_the_tape_and_the_agent_right_and_both_are_in_step() -> None:
    call = Ringing()
    call.line.speech = [SILENCE] * 100 + [VOICE] * 25
    call.talk(seconds=2)
    call.part()
    assert call.tape.left.count(VOICE) == 25
    assert call.tape.right.count(VOICE) == pytest.approx(100, abs=6)
    assert call.tape.seconds == pytest.approx(call.passed, abs=0.1)
    call.wait(1)
    assert call.tape.right[-20:] == [SILENCE] * 20  # what the machine says is not kept


def test_after_the_agent_has_left_the_caller_rates_the_call() -> None:
    call = Ringing()
    call.talk()
    call.part()
    call.wait(1.5)
    call.session.digit("4", BAND)
    call.until_end()
    assert (call.session.rating, call.session.outcome) == (4, "agent_hung_up")


def test_a_press_that_comes_both_ways_is_one_and_a_wrong_one_is_asked_again() -> None:
    call = Ringing()
    call.talk()
    call.part()
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
    call.part()
    began = call.passed
    call.until_end()
    assert call.session.rating is None
    assert call.session.outcome == "agent_hung_up"
    # The question three times, `no_key` twice, three waits, the goodbye.
    assert call.passed - began == pytest.approx(3 + 2 + 3 * KEY_S + 1, abs=0.3)


def test_keys_pressed_while_they_talk_rate_nothing_and_are_no_news() -> None:
    call = Ringing()
    call.talk()
    for key in "1#5":
        call.session.digit(key, BAND)
    call.session.finish([])
    assert (call.session.rating, call.session.outcome) == (None, "caller_hung_up")
    assert call.pressed == []


def test_a_key_pressed_while_waiting_is_told_once_however_it_comes() -> None:
    call = Ringing()
    for key in "21":
        call.session.digit(key, BAND)
        call.session.digit(key, INFO)
        call.wait(NOTICE_S + 1)
    assert call.pressed == ["2", "1"]
    assert call.session.waits


def test_the_next_seat_may_be_rung_while_the_caller_waits_and_hears_a_tone() -> None:
    call = Ringing()
    call.offer()
    call.wait(NOTICE_S + 2.5 * TONE_EVERY_S)
    assert call.line.said == 2 + 2  # notice, please_wait, two tones
    call.refuse()
    assert call.session.waits
    call.offer(answered=True)
    call.wait(0.1)
    assert call.company.joins == 1


def test_announcements_follow_what_is_said_and_the_caller_waits_on() -> None:
    call = Ringing()
    call.session.announce(("queue_next", "no_such_prompt", "queue_next"))
    call.wait(NOTICE_S + 0.5)
    assert call.line.longest == 50  # please_wait
    call.wait(1)
    assert call.line.longest == 100  # both at once
    call.wait(3)
    assert call.session.waits
    call.offer(answered=True)
    call.session.announce(("queue_next",))
    call.wait(0.1)
    assert (call.company.joins, call.line.playing) == (1, False)


@pytest.mark.parametrize("waited_s", [0.5, NOTICE_S + 2])
def test_when_nobody_comes_the_message_is_taken(waited_s: float) -> None:
    call = Ringing()
    call.offer()
    call.wait(waited_s)
    call.refuse()
    call.session.unattended()
    call.line.speech = [SILENCE] * 200 + ([VOICE] * 20 + [SILENCE] * 3) * 10
    call.until_end()
    assert call.session.outcome == "message_left"


def test_who_is_told_during_the_notice_that_nobody_comes_is_not_asked_to_wait() -> None:
    call = Ringing()
    call.session.unattended()
    call.wait(NOTICE_S + 0.1)
    assert not call.session.waits
    assert call.line.said == 2  # the notice and the request


def test_a_caller_waits_as_long_as_the_switch_says_something() -> None:
    call = Ringing()
    for _ in range(10):
        call.wait(PATIENCE_S - 2)
        call.session.announce(())
    assert call.session.waits
    call.offer()
    call.wait(2 * PATIENCE_S)
    assert call.session.waits  # somebody is being rung


def test_a_switch_that_says_nothing_more_leaves_the_caller_their_message() -> None:
    call = Ringing()
    call.offer()
    call.refuse()
    call.wait(NOTICE_S + PATIENCE_S + 0.2)
    assert not call.session.waits
    call.until_end()
    assert call.session.outcome == "nothing_heard"


def test_a_message_after_a_long_wait_may_be_as_long_as_any() -> None:
    call = Ringing()
    for _ in range(4):
        call.wait(20)
        call.session.announce(())
    call.session.unattended()
    call.line.speech = [SILENCE] * 150 + ([VOICE] * 20 + [SILENCE] * 3) * 40
    began = call.passed
    call.until_end()
    assert call.session.outcome == "message_left"
    assert call.passed - began > 20


def test_a_caller_who_is_held_hears_that_they_are_and_their_words_are_kept() -> None:
    call = Ringing()
    call.talk()
    said = call.line.said
    call.company.held = True
    call.line.speech = [VOICE] * 25
    call.wait(1 + 2.5 * TONE_EVERY_S)
    assert call.line.said == said + 3  # the request to stay, two tones
    assert call.tape.left[-550:].count(VOICE) == 25
    assert call.tape.right[-100:] == [SILENCE] * 100
    call.company.held = False
    call.wait(0.1)
    assert not call.line.playing
    call.wait(3 * TONE_EVERY_S)
    assert call.line.said == said + 3


def test_who_is_handed_on_waits_again_and_rates_nothing() -> None:
    call = Ringing()
    call.talk()
    call.part(waits=True)
    assert call.session.waits
    call.offer(answered=True)
    call.wait(0.1)
    assert call.company.joins == 1


def test_a_full_disk_does_not_cut_off_two_people_who_talk() -> None:
    call = Ringing(tape=FakeTape(refuses_after=100))
    call.talk(seconds=3)
    assert not call.line.ended
    call.part()
    call.wait(1.5)
    call.session.digit("5", BAND)
    call.until_end()
    assert (call.session.rating, call.session.outcome) == (5, "agent_hung_up")


def test_a_full_disk_while_the_caller_waits_promises_nothing() -> None:
    call = Ringing(tape=FakeTape(refuses_after=20))
    call.offer()
    call.until_end()
    assert call.session.outcome == "not_recorded"
