"""How long a request's body may be, before anything of it is kept or anybody is asked who sent it.

A JSON body is bounded by its schema; an upload is not, and lies on the disk before its route runs.
"""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MB = 1 << 20
LONGEST_MB: Mapping[str, int] = {"/api/v1/imports/": 16}


class BodyLimits:
    """Middleware that ends a request with 413 as soon as its body is known to be too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = _most(scope["path"]) if scope["type"] == "http" else None
        if most is None:
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        taken = int(announced) if announced.isdigit() else 0

        async def counted() -> Message:
            nonlocal taken
            _require(taken, most)
            message = await receive()
            if not announced.isdigit():
                taken += len(message.get("body", b""))
                _require(taken, most)
            return message

        await self._app(scope, counted, send)


def _most(path: str) -> int | None:
    return next((most for prefix, most in LONGEST_MB.items() if path.startswith(prefix)), None)


def _require(taken: int, most: int) -> None:
    if taken > most * _MB:
        # FastAPI hands this kind on as it is; any other would be a body it could not read.
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {most} MB: split it, or send less."
        )
