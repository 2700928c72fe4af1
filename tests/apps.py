"""Apps of the web process for tests: each one's own, on routes that a process makes ready once.

FastAPI makes some 300 routes ready at an app's first request: half a second of a core, 14 MB.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.app import create_app

_answering: ContextVar[FastAPI] = ContextVar("answering")


class _Overrides(dict[Callable[..., Any], Callable[..., Any]]):
    """What the app that answers wants called instead; FastAPI asks the app that has the routes."""

    def __bool__(self) -> bool:
        return True

    def get(self, call: Any, default: Any = None) -> Any:
        return _answering.get().dependency_overrides.get(call, default)


class _Answering:
    """Middleware that says which app answers."""

    def __init__(self, app: ASGIApp, which: FastAPI) -> None:
        self._app, self._which = app, which

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = _answering.set(self._which)
        try:
            await self._app(scope, receive, send)
        finally:
            _answering.reset(said)


@cache
def _with_routes() -> FastAPI:
    app = create_app()
    app.dependency_overrides = _Overrides()
    return app


def fresh_app() -> FastAPI:
    """Return an app as `create_app` does: counts, overrides, state and layers of its own."""
    app = create_app()
    app.router = _with_routes().router
    app.add_middleware(_Answering, which=app)  # the last one added is the outermost
    return app


def document() -> dict[str, Any]:
    """Return the OpenAPI document; nobody changes it."""
    return _with_routes().openapi()
