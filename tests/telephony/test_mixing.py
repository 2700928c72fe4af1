"""Every side of a call on one tape, frame by frame."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from telephony.mixing import LEFT, MOST_BEHIND, Mixer, add, stereo


def frame(value: int) -> bytes:
    return struct.pack("<2h", value, -value)


def values(frames: list[bytes]) -> list[tuple[int, int]]:
    """Return each stereo frame's first sample on the left and on the right."""
    made = [struct.unpack("<4h", each) for each in frames]
    assert all((one[2], one[3]) == (-one[0], -one[1]) for one in made)
    return [(one[0], one[1]) for one in made]


def test_two_frames_are_added_and_too_loud_ones_are_cut_off() -> None:
    assert add(frame(1000), frame(234)) == frame(1234)
    assert struct.unpack("<2h", add(frame(30000), frame(30000))) == (32767, -32768)


def test_the_caller_is_left_and_a_side_that_is_missing_is_silent() -> None:
    assert values([stereo(frame(1)), stereo(b"", frame(2)), stereo(frame(3), frame(4))]) == [
        (1, 0),
        (0, 2),
        (3, 4),
    ]


def test_all_who_talk_to_the_caller_are_added_on_the_right() -> None:
    mixed = Mixer().mix({LEFT: [frame(1)], "agent": [frame(20)], "expert": [frame(300)]})
    assert values(mixed) == [(1, 320)]


def test_frames_that_come_a_little_later_are_beside_their_own() -> None:
    mixer = Mixer()
    assert values(mixer.mix({LEFT: [frame(1), frame(2)], "a": [frame(10)]})) == [(1, 10)]
    late = mixer.mix({LEFT: [frame(3)], "a": [frame(20), frame(30)]})
    assert values(late) == [(2, 20), (3, 30)]
    assert mixer.rest() == []


def test_who_waits_alone_is_kept_at_once_and_who_left_is_waited_for_no_longer() -> None:
    mixer = Mixer()
    assert values(mixer.mix({LEFT: [frame(1)]})) == [(1, 0)]
    assert mixer.mix({LEFT: [], "a": [frame(10), frame(20)]}) == []
    assert values(mixer.mix({LEFT: [frame(2), frame(3), frame(4)]})) == [(2, 10), (3, 20), (4, 0)]


def test_nobody_waits_for_a_side_that_sends_nothing() -> None:
    mixer = Mixer()
    alone = [frame(number) for number in range(20)]
    heard = mixer.mix({LEFT: alone, "a": []}) + mixer.rest()
    assert values(heard) == [(number, 0) for number in range(20)]
    mixer.mix({LEFT: alone, "a": []})
    late = mixer.mix({LEFT: [], "a": [frame(100)] * MOST_BEHIND})
    assert values(late) == [(number, 100) for number in range(15, 20)]


ARRIVALS = st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=30)


@given(ARRIVALS)
def test_the_tape_is_as_long_as_the_longest_side_and_keeps_every_frame(
    arrivals: list[tuple[int, int, int]],
) -> None:
    mixer, made, sent = Mixer(), list[bytes](), [0, 0, 0]
    for each in arrivals:
        made += mixer.mix(
            {
                name: [frame(value)] * n
                for name, value, n in zip((LEFT, "a", "b"), (1, 10, 1000), each, strict=True)
            }
        )
        sent = [one + other for one, other in zip(sent, each, strict=True)]
    kept = values(made + mixer.rest())
    assert sum(left for left, _ in kept) == sent[0]
    assert sum(right for _, right in kept) == 10 * sent[1] + 1000 * sent[2]
    assert max(sent) <= len(kept) <= sum(sent)
