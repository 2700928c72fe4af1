"""What every answer tells the browser: load nothing from elsewhere, keep nothing, frame nothing.

Over HTTPS also: come back over HTTPS only, and send a cookie over nothing else.
"""

from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.core.settings import settings
from hotline.web import audio_door

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; media-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# The documentation's page starts itself by an inline script and draws with inline styles.
DOCS = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self' data:; font-src 'self' data:; worker-src blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
DOCS_PATHS = ("/docs", "/redoc")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would also blank the Origin by which our own forms are known (web.origin).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    # An agent's browser seat needs the microphone, nothing needs anything else.
    "Permissions-Policy": (
        "microphone=(self), camera=(), geolocation=(), display-capture=(), payment=(), usb=(), "
        "serial=(), hid=(), midi=(), accelerometer=(), gyroscope=(), "
        "magnetometer=(), publickey-credentials-get=(), screen-wake-lock=()"
    ),
    "X-Frame-Options": "DENY",  # for what does not know `frame-ancestors`
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow",  # a caller's own page is found by its link alone
}
# An agent's browser also speaks with the audio door, which has a port of its own.
SEATED_PATHS = ("/console", "/wallboard")
STRICT_TRANSPORT = "max-age=31536000"


class SafeHeaders:
    """Middleware that adds the headers an answer has not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        https = scope["scheme"] == "https"
        host = Headers(scope=scope).get("host", "")
        named = https and _is_named(host)
        policy = _policy(scope["path"], scope["scheme"], host)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", policy)
                # Whatever does not say that it may be kept may hold personal data.
                headers.setdefault("Cache-Control", "no-store")
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if named:
                    headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
                if https:
                    message["headers"] = [_secured(*each) for each in message["headers"]]
            await send(message)

        await self._app(scope, receive, add)


def _policy(path: str, scheme: str, host: str) -> str:
    """Return what a page at this path may load, and whom it may speak to."""
    if path.startswith(DOCS_PATHS):
        return DOCS
    door = audio_door.source(settings(), scheme, host) if path.startswith(SEATED_PATHS) else ""
    return STRICT.replace("connect-src 'self'", f"connect-src 'self' {door}") if door else STRICT


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Return the header, a cookie with `Secure`: whoever sets one need not know of the way."""
    cookie = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if cookie else value


def _is_named(host: str) -> bool:
    """Return whether it is a name that may be bound to HTTPS for a year: no developer's machine."""
    name = host.rsplit(":", 1)[0].strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return False
    try:
        ip_address(name)
    except ValueError:
        return bool(name)
    return False
