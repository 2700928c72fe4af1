"""Whether the hotline is alive, and whether every part of it is ready to take a call."""

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dispatch.routing import live_model
from hotline.api import dispatch_metrics, floor_metrics
from hotline.core.clock import now
from hotline.core.db import engine
from hotline.core.errors import CannotStart
from hotline.web import parts

door = APIRouter(tags=["health"])


@door.get("/healthz", operation_id="health")
def health() -> dict[str, object]:
    """Say that the web process lives, and which recogniser and router model are in use."""
    return {"status": "ok", "speech": parts.speech(), "router": _router_model()}


@door.get("/readyz", operation_id="readiness")
async def readiness(response: Response) -> dict[str, object]:
    """Ask every part; 503 names those that are not ready."""
    found = await run_in_threadpool(parts.parts)
    ready = all(state == "ok" for state in found.values())
    response.status_code = 200 if ready else 503
    return {"ready": ready, "parts": found}


@door.get("/metrics", operation_id="metrics", response_class=PlainTextResponse)
def metrics() -> Response:
    """Prometheus metrics of the web process, and the site's figures while there is a database."""
    return Response(generate_latest() + _floor(), media_type=CONTENT_TYPE_LATEST)


def _floor() -> bytes:
    """Return nothing while it is away, as `/readyz` says: the process's figures are told anyway."""
    try:
        with Session(engine()) as session:
            return floor_metrics.page(session) + dispatch_metrics.page(session, now=now())
    except (SQLAlchemyError, CannotStart):
        return b""


def _router_model() -> dict[str, object]:
    facts = live_model.loaded().facts
    return {"rows": facts.rows, "data_sha256": facts.data_sha256, "created_at": facts.created_at}
