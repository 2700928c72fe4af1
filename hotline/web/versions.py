"""`ETag` and `If-Match`: whoever decides upon something says which version of it they saw."""

from typing import Annotated

from fastapi import Header, Response

from hotline.core.errors import Invalid, Stale

MOST_DIGITS = 9  # no version counts further; a longer one is none of ours

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=64, description="The ETag that was read; stale: 412."),
]


def tag(response: Response, version: int) -> None:
    """Say in the answer's `ETag` which version it shows."""
    response.headers["ETag"] = f'"{version}"'


def version_in(if_match: str | None) -> int | None:
    """Return the version that the header names; None when any will do. Raises Invalid."""
    if if_match is None or if_match == "*":
        return None
    text = if_match.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Invalid(f"If-Match {if_match!r} is no version of ours.", remedy="Send the ETag.")
    return int(text)


def require_match(if_match: str | None, present: int) -> None:
    """Raise Stale when the header names another version than the present one."""
    seen = version_in(if_match)
    if seen is not None and seen != present:
        raise Stale(
            f"This is at version {present}, not {seen}.",
            remedy="Read it again and decide anew.",
        )
