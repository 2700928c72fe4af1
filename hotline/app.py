"""The web process: one app with every HTTP door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware

from hotline.api import (
    arbitrations,
    callbacks,
    calls,
    changes,
    clusters,
    decisions,
    dispatching,
    extensions,
    health,
    imports,
    keys,
    notices,
    onward,
    registering,
    reminders,
    rules,
    seats,
    sessions,
    stream,
    supervisions,
    suspensions,
    tickets,
    work_orders,
)
from hotline.console import faults, pages
from hotline.core import log as logging
from hotline.core.settings import settings
from hotline.web import assets, errors, problems
from hotline.web.bodies import BodyLimits
from hotline.web.headers import SafeHeaders
from hotline.web.origin import OwnOrigin

# Streams are open for hours: on the way out they are cut, and browsers reconnect by themselves.
STOP_S = 2

log = structlog.get_logger()


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    stream.hub.start(asyncio.get_running_loop())
    yield


def create_app() -> FastAPI:
    """Return the app; it reads its settings when it is asked something."""
    app = FastAPIOffline(
        title="12345 hotline",
        version="0.1.0",
        summary="Tickets, calls and the live stream of a 12345 government service hotline.",
        lifespan=_lifespan,
    )
    # The last one added is the outermost.
    for layer in (BodyLimits, GZipMiddleware, OwnOrigin, SafeHeaders):
        app.add_middleware(layer)
    errors.install(app, pages={faults.PREFIX: faults.page})
    app.include_router(suspensions.router)  # its register before any number
    for door in (sessions, tickets, registering, calls, seats, callbacks, stream, pages, assets):
        app.include_router(door.router)
    for door in (decisions, dispatching, reminders, clusters, arbitrations, supervisions, rules):
        app.include_router(door.router)
    # `changes` before any number.
    for door in (keys, notices, changes, extensions, onward, work_orders):
        app.include_router(door.router)
    for other in (rules.of_tickets, imports.router, health.door):
        app.include_router(other)
    problems.describe(app)
    app.add_api_route("/", lambda: RedirectResponse("/console/"), include_in_schema=False)
    return app


def main() -> None:
    """Serve until told to stop."""
    own = settings()
    logging.configure("web", as_json=own.log_json)
    log.info("web.listening", address=f"http://{own.http_host}:{own.http_port}")
    uvicorn.run(
        create_app(),
        host=own.http_host,
        port=own.http_port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_S,
    )
