"""What the list goes by, from a file: how many problems a year has, each number with its basis."""

from functools import cache
from pathlib import Path

from dispatch.ratings.terms import read_terms

TERMS = Path(__file__).parents[1] / "data" / "problems.csv"


@cache
def number(name: str) -> int:
    """Return a limit; raise BadSheet for a file with a line that can't be read."""
    return int({each.name: each.value for each in read_terms(TERMS)}[name])
