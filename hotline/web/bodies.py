"""How long a request's head and body may be and how deep, and whose.

A schema bounds what is kept of a JSON body; this bounds what is read of it. An upload is not
bounded by a schema, and lies on the disk before its route runs. Beyond what anybody may send, the
credential is judged first (`strangers`).
"""

import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.web import strangers
from hotline.web.errors import problem

_MB = 1 << 20
# By path; files have limits of their own below these, by what they are.
LONGEST_MB: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"^/api/v1/imports/"), 16),
    (re.compile(r"/attachments(/|$)"), 64),
    (re.compile(r"^/portal/letters/\d+/answer$"), 64),  # with its files
)
ELSE_MB = 2
HEAD_BYTES = 32 << 10  # the path, the query and all headers
DEEPEST = 32  # our schemas have six levels; parsers and databases recurse
# Each of these pairs becomes an object of 50 bytes and more: 16 MB of them fill a gigabyte.
MOST_BRACKETS = 1_000_000

_NEITHER = bytes(set(range(256)) - set(b'[]{}"'))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


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
        is_json = _is_json(headers.get("content-type", ""))
        taken = int(announced) if announced.isdigit() else 0
        json = bytearray()
        known = False

        async def require_allowed() -> None:
            nonlocal known
            _require(taken, most)
            if taken > strangers.MOST and not known:
                await strangers.require_known(scope)
                known = True

        async def counted() -> Message:
            nonlocal taken
            await require_allowed()
            message = await receive()
            body = message.get("body", b"")
            if not announced.isdigit():
                taken += len(body)
                await require_allowed()
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
    return _MB * next((most for pattern, most in LONGEST_MB if pattern.search(path)), ELSE_MB)


def _is_json(content_type: str) -> bool:
    """Return whether FastAPI will parse it: `application/json`, `…+json`, or no type at all."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("", "application/json") or kind.endswith("+json")


def _require(taken: int, most: int) -> None:
    if taken > most:
        # FastAPI hands this kind on as it is; any other would be a body it could not read.
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"More than {most >> 10} KB: split it, or send less.",
        )


def _require_shallow(json: bytes) -> None:
    if b"\0" in json:  # UTF-16 and UTF-32 hide quotes and brackets in other letters
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "JSON is UTF-8 (RFC 8259, 8.1).")
    if sum(map(json.count, (b"[", b"]", b"{", b"}"))) > MOST_BRACKETS:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "JSON of too many lists and objects.")
    if depth(json) > DEEPEST:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"JSON nested deeper than {DEEPEST} levels."
        )


def depth(json: bytes) -> int:
    """Return how deep lists and objects are nested, or DEEPEST + 1 for any more; parses nothing.

    Each look takes away all lists that hold none: what is left after DEEPEST looks was deeper, or
    never closes, which is no JSON either. Everything here is done by the machine, not by Python:
    this runs where all requests wait.
    """
    if json.count(b"[") + json.count(b"{") <= DEEPEST:
        return 0  # it can't be too deep, and nearly no body needs more than this look
    left = _brackets(json)
    if left.find(b"[" * (DEEPEST + 1)) >= 0:
        return DEEPEST + 1
    for looks in range(DEEPEST):
        if not left:
            return looks
        before, left = len(left), left.replace(b"[]", b"")
        if len(left) == before:
            break
    return DEEPEST + 1 if left else DEEPEST


def _brackets(json: bytes) -> bytes:
    """Return the brackets outside of strings, all of one kind."""
    bare = json.replace(b"\\\\", b"").replace(b'\\"', b"").translate(_ONE_KIND, _NEITHER)
    # Two quotes in a row take nothing from the others' being odd or even.
    return b"".join(bare.replace(b'""', b"").split(b'"')[::2])
