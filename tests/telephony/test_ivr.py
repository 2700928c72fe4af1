"""The message script and the callback's, without a telephone."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from telephony.ivr import MESSAGE, SURVEY
from telephony.script import (
    MOST_ASKINGS,
    Act,
    HangUp,
    Happening,
    Listen,
    Play,
    Script,
    State,
    Step,
    advance,
)

H = Happening
Told = Happening | str  # a happening, or the key that was pressed
ASKED = [H.ANSWERED, H.PLAYED, H.PLAYED]
KEYS = "0123456789*#"


def run(happenings: Iterable[Told], script: Script = MESSAGE) -> tuple[State, list[Act]]:
    state, acts = State(script), []
    for told in happenings:
        is_key = not isinstance(told, Happening)
        state, act = advance(state, H.KEY if is_key else Happening(told), told if is_key else "")
        if act:
            acts.append(act)
    return state, acts


def prompts(acts: list[Act]) -> list[str]:
    return [name for act in acts if isinstance(act, Play) for name in act.prompts]


def test_a_caller_hears_the_notice_then_the_request_then_is_listened_to() -> None:
    state, acts = run(ASKED)
    assert acts == [Play(("notice",)), Play(("leave_request", "tone")), Listen()]
    assert state.step is Step.LISTENING


def test_who_speaks_and_presses_hash_is_thanked() -> None:
    state, acts = run([*ASKED, H.FELL_SILENT, H.PLAYED])
    assert acts[-2:] == [Play(("thank_you",)), HangUp()]
    assert state.outcome == "message_left"


def test_who_never_speaks_is_asked_once_more_and_told_that_nothing_was_heard() -> None:
    state, acts = run([*ASKED, H.STAYED_SILENT, H.PLAYED, H.STAYED_SILENT, H.PLAYED])
    assert acts[-4:] == [
        Play(("still_there", "tone")),
        Listen(),
        Play(("nothing_heard",)),
        HangUp(),
    ]
    assert state.outcome == "nothing_heard"


def test_who_spoke_into_the_notice_is_thanked_though_silent_later() -> None:
    spoke_early = [H.ANSWERED, H.SPEAKING, H.PLAYED, H.PLAYED]
    state, _ = run([*spoke_early, H.STAYED_SILENT, H.PLAYED, H.STAYED_SILENT, H.PLAYED])
    assert state.outcome == "message_left"


def test_talking_into_the_request_stops_it() -> None:
    _, acts = run([H.ANSWERED, H.PLAYED, H.SPEAKING])
    assert acts[-1] == Listen()


def test_a_disk_that_refuses_is_never_answered_with_thanks() -> None:
    state, acts = run([*ASKED, H.NOT_RECORDED, H.FELL_SILENT, H.PLAYED])
    assert acts[-2:] == [Play(("busy",)), HangUp()]
    assert state.outcome == "not_recorded"


@given(st.lists(st.sampled_from(Happening), max_size=40))
def test_whatever_happens_the_call_ends_once_all_prompts_have_played(
    happenings: list[Happening],
) -> None:
    state, acts = run([H.ANSWERED, *happenings, *[H.PLAYED, H.STAYED_SILENT] * 4, H.PLAYED])
    assert state.step is Step.DONE
    assert sum(isinstance(act, HangUp) for act in acts) == 1


@given(st.lists(st.just(Happening.KEY), max_size=50))
def test_mashing_keys_changes_nothing(keys: list[Happening]) -> None:
    before, _ = run(ASKED)
    after, acts = run([*ASKED, *keys])
    assert after == before
    assert len(acts) == 3


def test_a_callback_asks_three_questions_and_keeps_their_answers() -> None:
    state, acts = run([H.ANSWERED, H.PLAYED, "1", "1", "5", H.PLAYED], SURVEY)
    assert prompts(acts) == [
        "callback_intro",
        "callback_contacted",
        "callback_solved",
        "callback_rating",
        "callback_thanks",
    ]
    assert acts[-1] == HangUp()
    assert state.answers == {Step.CONTACTED: True, Step.SOLVED: True, Step.RATING: 5}
    assert state.outcome == "completed"


def test_a_bad_rating_is_met_with_an_apology() -> None:
    for rating in "12":
        _, acts = run([H.ANSWERED, H.PLAYED, "1", "1", rating], SURVEY)
        assert prompts(acts)[-1] == "callback_sorry"
    for rating in "345":
        _, acts = run([H.ANSWERED, H.PLAYED, "2", "2", rating], SURVEY)
        assert prompts(acts)[-1] == "callback_thanks"


def test_silence_repeats_a_question_twice_and_then_ends_politely() -> None:
    state, acts = run([H.ANSWERED, H.PLAYED, *[H.STAYED_SILENT] * 3, H.PLAYED], SURVEY)
    again = ["no_key", "callback_contacted"]
    assert prompts(acts) == ["callback_intro", "callback_contacted", *again, *again, "goodbye"]
    assert (state.step, state.answers, state.outcome) == (Step.DONE, {}, "no_key")


def test_a_wrong_key_is_named_and_the_question_asked_again() -> None:
    state, acts = run([H.ANSWERED, H.PLAYED, "9", "1"], SURVEY)
    assert prompts(acts)[2:] == ["invalid_key", "callback_contacted", "callback_solved"]
    assert state.answers == {Step.CONTACTED: True}


def test_every_question_has_all_its_askings_to_itself() -> None:
    state, _ = run([H.ANSWERED, H.PLAYED, "9", "9", "1", "9", "9", "2", "9", "9", "3"], SURVEY)
    assert state.answers == {Step.CONTACTED: True, Step.SOLVED: False, Step.RATING: 3}


def test_what_was_said_before_too_many_wrong_keys_is_kept() -> None:
    state, acts = run([H.ANSWERED, H.PLAYED, "2", "9", "8", "7", H.PLAYED], SURVEY)
    assert prompts(acts)[-1] == "goodbye"
    assert (state.answers, state.outcome) == ({Step.CONTACTED: False}, "partial")


def test_a_key_into_the_greeting_answers_no_question() -> None:
    state, acts = run([H.ANSWERED, "1"], SURVEY)
    assert prompts(acts) == ["callback_intro", "callback_contacted"]
    assert state.answers == {}


def test_who_hangs_up_without_a_word_has_said_nothing() -> None:
    state, _ = run([H.ANSWERED, H.PLAYED], SURVEY)
    assert (state.answers, state.outcome) == ({}, "hung_up")


def test_a_disk_that_refuses_does_not_stop_the_questions() -> None:
    state, acts = run([H.ANSWERED, H.PLAYED, H.NOT_RECORDED, "1"], SURVEY)
    assert prompts(acts)[-1] == "callback_solved"
    assert not state.recorded


# What a line can report; the other happenings are what the script makes of a key or a silence.
LINE = sorted({*Happening} - {H.CHOSEN, H.WRONG_KEY, H.GIVEN_UP, H.KEY})
told = st.one_of(st.sampled_from(LINE), st.sampled_from(KEYS))


@given(st.lists(told, max_size=60))
def test_no_answer_is_one_that_nobody_pressed(happenings: list[Told]) -> None:
    state, acts = run([H.ANSWERED, *happenings], SURVEY)
    pressed = [key for key in happenings if key in list(KEYS)]
    meaning = {True: "1", False: "2"}
    for step, answer in state.answers.items():
        key = meaning[bool(answer)] if step is not Step.RATING else str(answer)
        assert key in pressed
    assert len(state.answers) <= len(pressed)
    assert sum(isinstance(act, HangUp) for act in acts) <= 1


@given(st.lists(told, max_size=60))
def test_a_question_is_asked_three_times_at_most(happenings: list[Told]) -> None:
    _, acts = run([H.ANSWERED, *happenings], SURVEY)
    said = prompts(acts)
    for question in ("callback_contacted", "callback_solved", "callback_rating"):
        assert said.count(question) <= MOST_ASKINGS


@given(st.lists(told, max_size=60))
def test_a_callback_ends_when_nobody_presses_any_more(happenings: list[Told]) -> None:
    silence = [H.PLAYED, *[H.STAYED_SILENT] * 3, H.PLAYED]
    state, acts = run([H.ANSWERED, *happenings, *silence], SURVEY)
    assert state.step in (Step.DONE, Step.VOICEMAIL)
    assert sum(isinstance(act, HangUp) for act in acts) == 1
    ends = ("voicemail",) if state.step is Step.VOICEMAIL else ("completed", "partial", "no_key")
    assert state.outcome in ends


@given(st.lists(told, max_size=60))
def test_a_machine_takes_nobodys_answers_away(happenings: list[Told]) -> None:
    state, _ = run([H.ANSWERED, *happenings, H.MACHINE], SURVEY)
    assert not (state.answers and state.outcome == "voicemail")
