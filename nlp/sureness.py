"""Fit how sure the best label may be, on rows the fit hasn't seen; needs scikit-learn."""

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from nlp.classifier import AS_CLAIMED, Calibration, Doubles, Sure
from nlp.fitting import Indices

# A label's own record counts as if this many rows stood behind the common one. On departments,
# out of fold, records raise the share dispatched at 95 % precision from .43 to .47.
HELD_BY = 15.0
STEADY = 100.0  # LogisticRegression's C: two weights on thousands of rows need no rein


def fit_sureness(
    slope: Doubles, offset: Doubles, margins: Doubles, truth: Indices, weights: Doubles
) -> tuple[Doubles, Sure]:
    """Return each label's trust (log-odds), and the weights of the grounds with the constant.

    `weights` say how much a row counts.
    Trust is how often a label was right where it was the best one; a row's own outcome is left
    out of the trust it is weighed with. Where all best labels are right, or none, nothing can be
    fitted: the claims stand as they are.
    """
    best = margins.argmax(axis=1)
    right = best == truth
    count = margins.shape[1]
    if right.all() or not right.any():
        return np.zeros(count), AS_CLAIMED
    common = HELD_BY * float(np.average(right, weights=weights))
    hits = np.bincount(best, weights=right * weights, minlength=count) + common
    rows = np.bincount(best, weights=weights, minlength=count) + HELD_BY
    trust: Doubles = logit(hits / rows)
    calibration = Calibration(slope, offset, (), trust)
    grounds = np.array([calibration.grounds(row) for row in margins])
    grounds[:, 1] = logit((hits[best] - right * weights) / (rows[best] - weights))
    machine = LogisticRegression(C=STEADY).fit(grounds, right, weights)
    share, record = (float(weight) for weight in machine.coef_[0])
    return trust, (share, record, float(machine.intercept_[0]))
