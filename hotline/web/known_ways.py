"""Which way a request came: proxies that are not named are not believed, the clear is refused."""

from ipaddress import IPv4Network, IPv6Network
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from hotline.web.errors import problem
from hotline.web.transport import is_loopback

HEALTH = ("/healthz", "/readyz", "/metrics")
Networks = tuple[IPv4Network | IPv6Network, ...]


class KnownWays:
    """Middleware that believes the named proxies alone, and refuses what came in the clear.

    It stands outside of everything: it alone sees the address that the connection came from.
    """

    def __init__(self, app: ASGIApp, *, proxies: Networks) -> None:
        self._believing: Any = ProxyHeadersMiddleware(
            _NeverInTheClear(app),  # type: ignore[arg-type]  # uvicorn names the same differently
            [str(each) for each in proxies],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._believing(scope, receive, send)


class _NeverInTheClear:
    """Refuses HTTP from another machine; health routes answer, for a proxy asks them so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        clear = scope["type"] == "http" and scope["scheme"] == "http"
        if clear and scope["path"] not in HEALTH and not is_loopback((scope["client"] or [""])[0]):
            refusal = problem(
                Request(scope),
                403,
                "Not over HTTPS",
                "This came in the clear, or through a proxy that is not named.",
                remedy="Use https; HOTLINE_BEHIND_PROXY must name the proxy's network, and the "
                "proxy send X-Forwarded-Proto.",
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)
