"""Which of the app's routers a path can be meant for, told by its patterns alone.

FastAPI asks each router after the other and prepares every route of it to be asked: with some 900
routes an address costs by where it stands, up to 3 ms of a core. Reading the patterns is 0.2 ms
(docs/decisions/fitting-routes.md).
"""

import copy
import re

from fastapi.routing import APIRouter, iter_route_contexts
from starlette._utils import get_route_path  # what the routes themselves compare with
from starlette.types import Receive, Scope, Send

# Which parts there are follows from the routes, not from who asks: some hundreds at most.
_Part = tuple[int, ...]


class FittingRoutes:
    """Has a router's own `app` answer, but from the routes whose patterns fit the path.

    A route that fits by no pattern would have been passed over, so the answer is the same one; a
    path that fits none goes to the whole router, which may know it with a slash more or less.
    """

    def __init__(self, router: APIRouter) -> None:
        self._whole = router
        self._patterns: list[list[re.Pattern[str] | None]] = []
        self._parts: dict[_Part, APIRouter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; addresses are made from the whole router, whichever part answers."""
        if scope["type"] == "lifespan":
            await self._whole.app(scope, receive, send)
            return
        scope.setdefault("router", self._whole)
        await self.fitting(get_route_path(scope)).app(scope, receive, send)

    def fitting(self, path: str) -> APIRouter:
        """Return a router of the routes that the path may be meant for, in their order."""
        part = tuple(
            at
            for at, patterns in enumerate(self._read())
            if any(each is None or each.match(path) for each in patterns)
        )
        if not part:
            return self._whole
        made = self._parts.get(part)
        if made is None:
            made = self._parts[part] = copy.copy(self._whole)
            made.routes = [self._whole.routes[at] for at in part]
        return made

    def _read(self) -> list[list[re.Pattern[str] | None]]:
        """Return each route's patterns, read again once a route was added; None fits any path."""
        if len(self._patterns) != len(self._whole.routes):
            self._parts = {}
            self._patterns = [
                [getattr(each, "path_regex", None) for each in iter_route_contexts([route])]
                for route in self._whole.routes
            ]
        return self._patterns


def install(router: APIRouter) -> None:
    """Have the router's requests find their routes so."""
    router.middleware_stack = FittingRoutes(router)
