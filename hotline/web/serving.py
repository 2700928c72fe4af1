"""The web as uvicorn serves it: over TLS or not, for whom, how much and for how long."""

import ssl
from typing import Any

from fastapi import FastAPI

from hotline.core.settings import Settings
from hotline.web.bodies import HEAD_BYTES
from hotline.web.known_ways import KnownWays
from hotline.web.patience import Impatient
from hotline.web.transport import require_safe

KEEP_ALIVE_S = 65  # longer than proxies keep theirs: they must be the ones that close
# Streams are open for hours: on the way out they are cut, and browsers reconnect by themselves.
STOP_S = 2


def options(app: FastAPI, own: Settings) -> dict[str, Any]:
    """Return uvicorn's arguments; raise CannotStart when others would speak to it in the clear."""
    require_safe(own)
    tls: dict[str, Any] = {}
    if own.tls_cert:
        tls = {
            "ssl_certfile": str(own.tls_cert),
            "ssl_keyfile": str(own.tls_key),
            "ssl_context_factory": _modern,
        }
    return {
        "app": KnownWays(app, proxies=own.proxy_networks),
        "host": own.http_host,
        "port": own.http_port,
        "http": Impatient,
        "ws": "none",  # no route has one; the first that does must be covered by OwnOrigin too
        "proxy_headers": False,  # KnownWays, which also sees who sent them
        "server_header": False,
        "access_log": False,
        "log_level": "warning",
        "log_config": None,  # uvicorn's lines go through our masks (core.log)
        "limit_concurrency": own.http_connections,
        "h11_max_incomplete_event_size": HEAD_BYTES,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "timeout_graceful_shutdown": STOP_S,
        **tls,
    }


def _modern(_config: Any, default: Any) -> ssl.SSLContext:
    context: ssl.SSLContext = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
