"""A waveform: as many points as a page is wide, each as loud as the loudest there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from telephony import waveforms
from telephony.waveforms import POINTS, Peaks

pieces = st.lists(st.binary(max_size=4000).map(lambda data: data[: len(data) // 4 * 4]), max_size=6)


@given(pieces)
def test_it_does_not_matter_in_what_pieces_it_is_heard(given_pieces: list[bytes]) -> None:
    assert waveforms.of(given_pieces) == waveforms.of([b"".join(given_pieces)])


@given(pieces)
def test_the_loudest_sample_of_either_side_is_in_it(given_pieces: list[bytes]) -> None:
    samples = np.frombuffer(b"".join(given_pieces), np.int16).reshape(-1, 2).astype(int)
    for side, points in enumerate(waveforms.sides(waveforms.of(given_pieces))):
        loudest = max((abs(int(each)) for each in samples[:, side]), default=0)
        assert max(points, default=0) == loudest * 255 // 2**15


@given(st.integers(0, 5000))
def test_however_long_it_is_it_has_few_points(tenths: int) -> None:
    peaks = Peaks(step=2)
    peaks.hear(bytes(4 * 2 * tenths))
    assert len(peaks.bytes()) == 2 * min(POINTS, tenths)
