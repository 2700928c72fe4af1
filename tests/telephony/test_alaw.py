"""A-law as ITU-T G.711 has it: 256 values, finer where it is quiet."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from telephony.alaw import through_telephone


def heard(*samples: int) -> list[int]:
    return [int(each) for each in through_telephone(np.array(samples, np.int16))]


def test_the_ends_of_the_table() -> None:
    assert heard(-32768, -1, 1, 32767) == [-32256, -8, 8, 32256]
    assert len(set(heard(*range(-32768, 32768)))) == 256


@given(some.integers(-32767, 32767))
def test_what_is_heard_is_near_what_was_said_and_stays_so(sample: int) -> None:
    (once,) = heard(sample)
    assert abs(once - sample) <= max(8, abs(sample) / 32 + 8) or abs(sample) > 32256
    assert heard(once) == [once]
