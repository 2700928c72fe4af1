"""How long a request's head and body may be and how deep, before anybody is asked who sent it.

A schema bounds what is kept of a JSON body; this bounds what is read of it. An upload is not
bounded by a schema, and lies on the disk before its route runs.
"""

import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.web.errors import problem

_MB = 1 << 20
# By path; files have limits of their own below these, by what they are.
LONGEST_MB: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"^/api/v1/imports/"), 16),
    (re.compile(r"/attachments(/|$)"), 64),
)
ELSE_MB = 2
HEAD_BYTES = 32 << 10  # the path, the query and all headers
DEEPEST = 32  # our schemas have six levels; parsers and databases recurse

_OPENING, _CLOSING = b"[{", b"]}"
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(_OPENING + _CLOSING))


class BodyLimits:
    """Middleware that ends a request with 413 as soon as its body is known to be too long.

    JSON that is nested too deep is 422.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _head(scope) > HEAD_BYTES:
            long = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            await problem(Request(scope), long, long.phrase)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most, announced = _most(scope["path"]), headers.get("content-length", "")
        is_json = "json" in headers.get("content-type", "json")
        taken = int(announced) if announced.isdigit() else 0
        json = bytearray()

        async def counted() -> Message:
            nonlocal taken
            _require(taken, most)
            message = await receive()
            body = message.get("body", b"")
            if not announced.isdigit():
                taken += len(body)
                _require(taken, most)
            if is_json and message["type"] == "http.request":
                json.extend(body)
                if not message.get("more_body", False):
                    _require_shallow(bytes(json))
            return message

        await self._app(scope, counted, send)


def _head(scope: Scope) -> int:
    fields = sum(len(name) + len(value) for name, value in scope["headers"])
    return fields + len(scope["query_string"]) + len(scope.get("raw_path") or b"")


def _most(path: str) -> int:
    return next((most for pattern, most in LONGEST_MB if pattern.search(path)), ELSE_MB)


def _require(taken: int, most: int) -> None:
    if taken > most * _MB:
        # FastAPI hands this kind on as it is; any other would be a body it could not read.
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {most} MB: split it, or send less."
        )


def _require_shallow(json: bytes) -> None:
    if depth(json) > DEEPEST:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"JSON nested deeper than {DEEPEST} levels."
        )


def depth(json: bytes) -> int:
    """Return how deep lists and objects are nested; as far as it matters, without parsing."""
    if sum(json.count(each) for each in (b"[", b"{")) <= DEEPEST:
        return 0  # it can't be too deep, and nearly no body needs more than this look
    deepest = now = 0
    for bracket in _STRING.sub(b"", json).translate(None, _NO_BRACKET):
        now += 1 if bracket in _OPENING else -1
        deepest = max(deepest, now)
        if deepest > DEEPEST:
            break
    return deepest
