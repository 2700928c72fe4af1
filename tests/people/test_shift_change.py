"""Many people sign in at one moment, on a web process as it is served."""

import pytest

from tests.soak.sign_ins import begin_shift

pytestmark = pytest.mark.long


def test_a_shift_signs_in_at_once_and_whoever_works_goes_on() -> None:
    shift = begin_shift(20)
    print(shift)
    assert shift.refused == 0
    assert shift.others >= 1
