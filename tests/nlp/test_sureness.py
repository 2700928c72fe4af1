import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.classifier import AS_CLAIMED, Calibration
from nlp.sureness import fit_sureness

ONES, ZEROS = np.ones(2), np.zeros(2)


def test_a_label_that_is_often_wrong_where_it_is_best_is_trusted_less() -> None:
    margins = np.array([[1.0, 0.0]] * 40 + [[0.0, 1.0]] * 40)
    truth = np.array([0] * 38 + [1] * 2 + [1] * 20 + [0] * 20)
    trust, sure = fit_sureness(ONES, ZEROS, margins, truth, np.ones(80))
    assert trust[0] > trust[1]
    calibration = Calibration(ONES, ZEROS, (), trust, sure)
    (_, steady), *_ = calibration.ranked(("a", "b"), margins[0], 1.0)
    (_, shaky), *_ = calibration.ranked(("a", "b"), margins[-1], 1.0)
    assert steady > shaky


def test_where_all_is_right_the_claims_stand() -> None:
    margins = np.array([[1.0, 0.0], [0.0, 1.0]])
    _, sure = fit_sureness(ONES, ZEROS, margins, np.array([0, 1]), np.ones(2))
    assert sure == AS_CLAIMED


@given(
    margins=st.lists(st.floats(-50, 50), min_size=2, max_size=6),
    within=st.floats(0, 1),
    constant=st.floats(-9, 9),
)
def test_a_ranking_falls_sums_to_one_at_most_and_never_passes_its_cap(
    margins: list[float], within: float, constant: float
) -> None:
    count = len(margins)
    labels = tuple(map(str, range(count)))
    calibration = Calibration(
        np.ones(count), np.zeros(count), (), np.zeros(count), (1.0, 1.0, constant)
    )
    ranked = calibration.ranked(labels, np.array(margins), within)
    shares = [share for _, share in ranked]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-9
    assert 0 <= shares[0] <= within
    assert ranked[0][0] == labels[int(np.argmax(margins))]
