"""The gaps between frames are counted whole, whatever share of them is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from telephony.rhythm import Rhythm, gaps, within_ms

COUNTED = st.dictionaries(st.integers(0, 500), st.integers(1, 1000), min_size=1)


@given(COUNTED, st.floats(0.01, 1))
def test_the_share_asked_for_stays_below(counted: dict[int, int], share: float) -> None:
    limit = within_ms(counted, share)
    below = sum(count for ms, count in counted.items() if ms < limit)
    assert below >= share * sum(counted.values()) - 1e-6
    less = sum(count for ms, count in counted.items() if ms < limit - 1)
    assert less < share * sum(counted.values())


def test_nothing_counted_is_nothing() -> None:
    assert within_ms({}, 0.99) == 0


def test_a_pause_between_two_parties_is_no_gap() -> None:
    before = sum(gaps().values())
    rhythm = Rhythm()
    for _ in range(3):
        rhythm.beat()
    rhythm.rest()
    rhythm.beat()
    assert sum(gaps().values()) == before + 2
