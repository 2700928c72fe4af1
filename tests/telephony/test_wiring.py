"""谁听得见谁: a call's wires follow from what its parties are."""

from hypothesis import given
from hypothesis import strategies as st

from telephony.wiring import Listening, Part, Party, wires

CALLER = Party("caller", Part.CALLER)
AGENT = Party("seat:1", Part.AGENT)
EXPERT = Party("expert", Part.EXPERT)


def lead(listening: Listening) -> Party:
    return Party("lead", Part.SUPERVISOR, listening=listening)


parties = st.lists(
    st.builds(
        Party,
        name=st.sampled_from("abcdef"),
        part=st.sampled_from(Part),
        held=st.booleans(),
        muted=st.booleans(),
        listening=st.sampled_from(Listening),
    ),
    unique_by=lambda each: each.name,
)


def test_caller_and_agent_hear_each_other() -> None:
    assert wires([CALLER, AGENT]) == {("caller", "seat:1"), ("seat:1", "caller")}


def test_a_held_caller_neither_hears_nor_is_heard_while_the_expert_is_asked() -> None:
    held = Party("caller", Part.CALLER, held=True)
    assert wires([held, AGENT, EXPERT]) == {("seat:1", "expert"), ("expert", "seat:1")}


def test_in_a_conference_everybody_hears_everybody() -> None:
    assert len(wires([CALLER, AGENT, EXPERT])) == 6


def test_a_muted_agent_hears_and_is_not_heard() -> None:
    assert wires([CALLER, Party("seat:1", Part.AGENT, muted=True)]) == {("caller", "seat:1")}


def test_who_monitors_is_heard_by_nobody() -> None:
    heard = wires([CALLER, AGENT, lead(Listening.MONITOR)])
    assert {wire for wire in heard if "lead" in wire} == {("caller", "lead"), ("seat:1", "lead")}


def test_a_whisper_reaches_the_agent_and_never_the_caller() -> None:
    heard = wires([CALLER, AGENT, EXPERT, lead(Listening.WHISPER)])
    assert {listener for speaker, listener in heard if speaker == "lead"} == {"seat:1"}


def test_who_barges_in_is_heard_by_all() -> None:
    heard = wires([CALLER, AGENT, lead(Listening.BARGE)])
    assert {listener for speaker, listener in heard if speaker == "lead"} == {"caller", "seat:1"}


@given(parties)
def test_nobody_hears_themselves_or_the_held_or_the_muted(those: list[Party]) -> None:
    known = {each.name: each for each in those}
    for speaker, listener in wires(those):
        assert speaker != listener
        hindered = (known[speaker].held, known[listener].held, known[speaker].muted)
        assert not any(hindered)


@given(parties)
def test_whoever_only_listens_changes_nothing_for_the_others(those: list[Party]) -> None:
    quiet = Party("z", Part.SUPERVISOR, listening=Listening.MONITOR)
    assert {wire for wire in wires([*those, quiet]) if "z" not in wire} == wires(those)
