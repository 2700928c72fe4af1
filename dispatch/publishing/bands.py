"""分段: how days and ratings are told; exact numbers are in no file."""

from bisect import bisect_right

_BANDS = ("0", "1-3", "4-7", "8-15", "16-30", "31+")
_FROM = (0, 1, 4, 8, 16, 31)
RATINGS = ("good", "fair", "bad", "none")
UNSAID = "none"


def days(counted: int) -> str:
    """Return the band of so many days from the registering to the end."""
    return _BANDS[bisect_right(_FROM, max(counted, 0)) - 1]


def rating(satisfaction: int | None) -> str:
    """Return the band of a rating from 1 (worst) to 5; `none` where nothing was said."""
    if satisfaction is None:
        return UNSAID
    return "good" if satisfaction >= 4 else "fair" if satisfaction == 3 else "bad"
