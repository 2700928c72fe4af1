"""What waits between an uneven line and an even clock."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from telephony.jitter import FIRST, LEAST_SPARE, MOST, MOST_SPARE, WINDOW, Jitter

LOUD, QUIET = 5000, 3
SECOND = 50  # frames

frames = st.integers(QUIET, LOUD)
# Each number: how many frames come in before the next one is due.
arrivals = st.lists(st.integers(0, 14), max_size=300)


def frame(number: int, level: int = QUIET) -> bytes:
    """Return a frame that tells its number, and is as loud as this otherwise."""
    sign = number.to_bytes(4, "little")
    return sign + level.to_bytes(2, "little") * 158


def number_of(sound: bytes) -> int:
    return int.from_bytes(sound[:4], "little")


def play(pattern: list[int], *, level: int = QUIET) -> tuple[Jitter, list[int | None], list[int]]:
    """Return the buffer after these arrivals, what was heard each time, and how deep it was."""
    buffer, heard, depths, sent = Jitter(), [], [], 0
    for count in pattern:
        for _ in range(count):
            buffer.put(frame(sent, level))
            sent += 1
        depths.append(buffer.depth)
        sound = buffer.take()
        heard.append(None if sound is None else number_of(sound))
    return buffer, heard, depths


@given(arrivals, frames)
def test_frames_stay_in_order_and_never_wait_long(pattern: list[int], level: int) -> None:
    buffer, heard, depths = play(pattern, level=level)
    known = [each for each in heard if each is not None]
    assert known == sorted(known)
    assert len(known) - len(set(known)) == buffer.repeated
    assert max(depths, default=0) <= MOST
    assert LEAST_SPARE <= buffer.spare <= MOST_SPARE


@given(arrivals, frames)
def test_every_frame_is_played_or_counted_as_dropped(pattern: list[int], level: int) -> None:
    buffer, heard, _ = play(pattern, level=level)
    played = {each for each in heard if each is not None}
    standing = 1 if buffer.repeated and buffer.depth else 0  # played, and due once more
    assert sum(pattern) <= len(played) + buffer.dropped + buffer.depth
    assert len(played) + buffer.dropped + buffer.depth <= sum(pattern) + standing


def test_an_even_line_is_heard_without_a_gap_forty_milliseconds_late() -> None:
    buffer, heard, depths = play([1] * 60 * SECOND)
    assert heard[: FIRST - 1] == [None] * (FIRST - 1)
    assert None not in heard[FIRST:]
    assert (buffer.gaps, buffer.dropped) == (0, 0)
    assert max(depths) <= FIRST + 1


@given(st.integers(2, 7), frames)
def test_the_wait_grows_until_a_line_in_bursts_is_heard_whole(burst: int, level: int) -> None:
    pattern = ([0] * (burst - 1) + [burst]) * (90 * SECOND // burst)
    buffer, heard, _ = play(pattern, level=level)
    assert None not in heard[-20 * SECOND :]
    assert buffer.gaps <= MOST_SPARE


def test_the_wait_shrinks_again_when_the_line_is_calm() -> None:
    rough, calm = ([0] * 5 + [6]) * 100, [1] * 120 * SECOND
    _, heard, depths = play(rough + calm)
    assert max(depths[: len(rough)]) > FIRST + LEAST_SPARE
    assert depths[-1] <= FIRST + LEAST_SPARE
    assert None not in heard[-len(calm) :]


def test_a_loud_voice_is_cut_only_after_seconds_without_a_silence() -> None:
    burst = [0] * 8 + [9] + [1] * 4 * WINDOW
    buffer, _, depths = play([1] * WINDOW + burst, level=LOUD)
    assert buffer.dropped == 0
    assert depths[-1] > LEAST_SPARE + 1
    longer, _, _ = play([1] * WINDOW + burst + [1] * 60 * WINDOW, level=LOUD)
    assert longer.dropped > 0


def drifting(per_mille: int, seconds: int) -> list[int]:
    """Return the arrivals from a clock that is faster (or slower) by so many thousandths."""
    due = [number * (1000 + per_mille) // 1000 for number in range(seconds * SECOND + 1)]
    return [after - before for before, after in pairwise(due)]


@given(st.integers(-2, 2))
def test_two_clocks_that_differ_are_evened_out_in_silences(per_mille: int) -> None:
    buffer, heard, depths = play(drifting(per_mille, 200))
    assert None not in heard[5 * SECOND :]
    assert max(depths[5 * SECOND :]) <= 6
    if per_mille:
        assert buffer.dropped + buffer.repeated > 0


def test_after_a_long_silence_of_the_line_it_begins_anew_with_what_is_newest() -> None:
    buffer, heard, _ = play([1] * 20 + [0] * 200 + [100] + [1] * 20)
    resumed = next(each for each in heard[220:] if each is not None)
    assert resumed == 20 + 100 - MOST
    assert buffer.gaps == 1


def test_who_has_gone_leaves_nothing_to_the_next() -> None:
    buffer = Jitter()
    for number in range(5):
        buffer.put(frame(number))
    buffer.rest()
    assert buffer.take() is None
    assert buffer.depth == 0
