"""Two voices on one tape, frame by frame."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from telephony.mixing import MOST_BEHIND, Mixer, add


def frame(value: int) -> bytes:
    return struct.pack("<2h", value, -value)


def values(frames: list[bytes]) -> list[int]:
    return [struct.unpack("<2h", each)[0] for each in frames]


def test_two_frames_are_added_and_too_loud_ones_are_cut_off() -> None:
    assert add(frame(1000), frame(234)) == frame(1234)
    assert struct.unpack("<2h", add(frame(30000), frame(30000))) == (32767, -32768)


def test_frames_that_come_a_little_later_are_added_to_their_own() -> None:
    mixer = Mixer()
    assert mixer.mix([frame(1), frame(2)], [frame(10)]) == [frame(11)]
    assert mixer.mix([frame(3)], [frame(20), frame(30)]) == [frame(22), frame(33)]
    assert mixer.rest() == []


def test_nobody_waits_for_a_side_that_sends_nothing() -> None:
    mixer = Mixer()
    alone = [frame(number) for number in range(20)]
    heard = mixer.mix(alone, []) + mixer.rest()
    assert heard == alone
    mixer.mix(alone, [])
    assert values(mixer.mix([], [frame(100)] * MOST_BEHIND)) == [115, 116, 117, 118, 119]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_the_tape_is_as_long_as_the_longer_side_and_keeps_every_frame(
    arrivals: list[tuple[int, int]],
) -> None:
    mixer, made, sent = Mixer(), 0, [0, 0]
    total = 0
    for one, other in arrivals:
        frames = mixer.mix([frame(1)] * one, [frame(1000)] * other)
        made += len(frames)
        total += sum(values(frames))
        sent = [sent[0] + one, sent[1] + other]
    rest = mixer.rest()
    assert total + sum(values(rest)) == sent[0] + 1000 * sent[1]
    assert max(sent) <= made + len(rest) <= sum(sent)
