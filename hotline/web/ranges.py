"""Parts of something long (RFC 9110 §14): what a player asks for when one jumps into the middle."""

import re
from collections.abc import Callable, Iterator

from fastapi import Response
from fastapi.responses import StreamingResponse

from hotline.core.errors import HotlineError

_ONE = re.compile(r"bytes=(\d*)-(\d*)")


class NoSuchPart(HotlineError):
    status = 416
    title = "No such part"


def part_of(asked: str | None, length: int) -> tuple[int, int] | None:
    """Return [start, end) of the one range asked for; None for the whole; raise NoSuchPart.

    What we can't read, and more ranges than one, mean the whole, as the standard allows.
    """
    found = _ONE.fullmatch(asked.strip()) if asked else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else length, length)
    else:
        start, end = max(0, length - int(last)), length
    if start >= end:
        raise NoSuchPart(f"{asked!r} lies outside of {length} bytes.", remedy="Ask from 0.")
    return start, end


def answer(
    read: Callable[[int, int], Iterator[bytes]], length: int, asked: str | None, media_type: str
) -> Response:
    """Return the whole, or the part that was asked for; `read` yields the bytes in [start, end)."""
    part = part_of(asked, length)
    start, end = part or (0, length)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{length}"
    return StreamingResponse(
        read(start, end), status_code=206 if part else 200, headers=headers, media_type=media_type
    )
