"""The message script, without a telephone."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from telephony.ivr import Act, HangUp, Happening, Listen, Play, State, Step, advance


def run(happenings: Iterable[Happening]) -> tuple[State, list[Act]]:
    state, acts = State(), []
    for happening in happenings:
        state, act = advance(state, happening)
        if act:
            acts.append(act)
    return state, acts


H = Happening
ASKED = [H.ANSWERED, H.PLAYED, H.PLAYED]


def test_a_caller_hears_the_notice_then_the_request_then_is_listened_to() -> None:
    state, acts = run(ASKED)
    assert acts == [Play(("notice",)), Play(("leave_request", "tone")), Listen()]
    assert state.step is Step.LISTENING


def test_who_speaks_and_presses_hash_is_thanked() -> None:
    _, acts = run([*ASKED, H.FELL_SILENT, H.PLAYED])
    assert acts[-2:] == [Play(("thank_you",)), HangUp("message_left")]


def test_who_never_speaks_is_asked_once_more_and_told_that_nothing_was_heard() -> None:
    _, acts = run([*ASKED, H.STAYED_SILENT, H.PLAYED, H.STAYED_SILENT, H.PLAYED])
    assert acts[-4:] == [
        Play(("still_there", "tone")),
        Listen(),
        Play(("nothing_heard",)),
        HangUp("nothing_heard"),
    ]


def test_who_spoke_into_the_notice_is_thanked_though_silent_later() -> None:
    spoke_early = [H.ANSWERED, H.SPEAKING, H.PLAYED, H.PLAYED]
    _, acts = run([*spoke_early, H.STAYED_SILENT, H.PLAYED, H.STAYED_SILENT, H.PLAYED])
    assert acts[-1] == HangUp("message_left")


def test_talking_into_the_request_stops_it() -> None:
    _, acts = run([H.ANSWERED, H.PLAYED, H.SPEAKING])
    assert acts[-1] == Listen()


def test_a_disk_that_refuses_is_never_answered_with_thanks() -> None:
    _, acts = run([*ASKED, H.NOT_RECORDED, H.FELL_SILENT, H.PLAYED])
    assert acts[-2:] == [Play(("busy",)), HangUp("not_recorded")]


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
