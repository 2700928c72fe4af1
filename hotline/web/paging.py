"""Lists can be long: keyset pages with an opaque cursor and a `Link` to the next."""

import base64
import binascii
import json
from datetime import datetime

from fastapi import Request, Response

from hotline.core.errors import Invalid

DEFAULT_LIMIT = 50
MOST = 200


def encode_cursor(at: datetime, row: int) -> str:
    """Return the cursor after the row with this moment and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row]).encode()).decode()


def decode_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """Return the moment and id in a cursor; raise Invalid for one that we did not give out."""
    if not cursor:
        return None
    try:
        at, row = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(at), int(row)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid("The cursor is not one of ours.", remedy="Start without one.") from error


def row_after(cursor: str) -> int:
    """Return the row beyond which a page begins, 0 without a cursor; raise Invalid for no row's."""
    if not cursor:
        return 0
    if not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid("The cursor is not one of ours.", remedy="Start without one.")
    return int(cursor)


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Set the `Link` header (RFC 8288) when there is a next page."""
    if cursor:
        target = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{target}>; rel="next"'
