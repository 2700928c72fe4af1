"""Whether who asks has it already: a tag, or a day (RFC 9110, 13)."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import Header

Known = Annotated[str, Header(max_length=200)]


def headers(etag: str, modified: datetime) -> dict[str, str]:
    """Return what tells the asker which state they were given."""
    return {"ETag": etag, "Last-Modified": format_datetime(modified, usegmt=True)}


def known(etag: str, modified: datetime, tags: str, since: str) -> bool:
    """Return whether the asker has this state; a tag counts before a day (RFC 9110, 13.2.2)."""
    if tags:
        return held(etag, tags)
    return bool(since) and _moment(since, modified) >= modified


def held(etag: str, tags: str) -> bool:
    """Return whether the asker's tags name this state."""
    named = {each.strip().removeprefix("W/") for each in tags.split(",")}
    return etag in named or "*" in named


def _moment(text: str, now: datetime) -> datetime:
    """Return the moment of the header; one before `now` for what is none, which is ignored.

    A year of twenty digits overflows; RFC 9110, 13.1.3 has such a header ignored too.
    """
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return datetime.min.replace(tzinfo=now.tzinfo)
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
