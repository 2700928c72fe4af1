"""Automatic dispatch over the wire: codes and counts alone."""

from hotline.api.schemas import BeijingTime, Out


class WatchedOut(Out):
    """The last 30 days; `precision` is 1 − upheld returns and redispatches, None for no outcome."""

    proposed: int
    automatic: int
    share: float
    decided: int
    right: int
    precision: float | None
    precision_at_least: float


class EarningRuleOut(Out):
    """What an entry must show, for what is `typed` and for what was `spoken`."""

    heard: str
    least_outcomes: int
    least_precision: float
    window_days: int
    lowest_threshold: float


class EarnedEntryOut(Out):
    """One catalogue entry; its outcomes in the rule's window, those at its threshold or above."""

    matter_code: str
    district_code: str
    department: str
    heard: str
    state: str
    since: BeijingTime
    threshold: float | None
    outcomes: int
    right: int
    precision_at_least: float
    short_of: str
    watched: WatchedOut


class AutomaticDispatchOut(Out):
    overall: WatchedOut
    rules: list[EarningRuleOut]
    entries: list[EarnedEntryOut]
