"""How a file that somebody sent leaves again: to be saved, never to be run or shown."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from hotline.core.workbench.kinds import FORMS, Kind
from hotline.web.problems import WRITING

# Whoever opens it in a browser all the same gets a page that can do nothing and is of no origin.
_NOTHING = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
DOWNLOADED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The content.",
        "content": {form.media_type.partition(";")[0]: _BYTES for form in FORMS.values()},
    },
    409: WRITING[409],
}


def answer(content: Iterator[bytes], kind: str, size: int, name: str) -> StreamingResponse:
    """Return the content of so many bytes as a download of this name, sent piece by piece."""
    form = FORMS[Kind(kind)]
    plain = f"attachment{form.suffix}"  # for who reads no RFC 6266
    return StreamingResponse(
        content,
        media_type=form.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(name, safe='')}",
            "Content-Length": str(size),
            "Content-Security-Policy": _NOTHING,
            "X-Content-Type-Options": "nosniff",
            "X-Download-Options": "noopen",
            "Cache-Control": "no-store",
        },
    )
