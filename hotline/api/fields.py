"""What a field of a request may hold, so that nothing odd reaches the database."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, StringConstraints

MOST_LETTERS = 4000
YEARS = range(2000, 2100)
LARGEST_ROW = 2**31 - 1


def _writable(text: str) -> str:
    """Return the text; raise ValueError for what PostgreSQL can't keep as text."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("has a character that is no text")
    return text


def _near(moment: datetime) -> datetime:
    """Return the moment; raise ValueError outside the years that a ticket can lie in."""
    if moment.year not in YEARS:
        raise ValueError(f"is not between {YEARS.start} and {YEARS.stop}")
    return moment


Text = Annotated[str, StringConstraints(max_length=MOST_LETTERS), AfterValidator(_writable)]
# A CSV file's text: a notice has tens of lines, a city's limits hundreds.
Sheet = Annotated[str, StringConstraints(max_length=400_000), AfterValidator(_writable)]
Code = Annotated[str, StringConstraints(max_length=64), AfterValidator(_writable)]
Instant = Annotated[AwareDatetime, AfterValidator(_near)]
# In a path: anything else than a known one is simply not there.
Number = Annotated[str, Path(max_length=64), AfterValidator(_writable)]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ROW)]
