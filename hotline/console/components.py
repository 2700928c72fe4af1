"""组件: what the pages are put together from, each as it stands; for whoever makes a page."""

import re
from functools import cache
from types import SimpleNamespace

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.states import OrderStatus, TicketStatus
from hotline.console.faults import PREFIX
from hotline.console.frame import Oneself, templates
from hotline.web.assets import OWN

router = APIRouter(prefix=PREFIX, include_in_schema=False)

_COLOUR = re.compile(r"--([a-z-]+): #[0-9a-f]{6};")
CLOCKS = ("running", "warning", "overdue", "stopped")


@router.get("/components", response_class=HTMLResponse)
def components(viewer: Oneself, request: Request) -> Response:
    """Show colours, type and every component in the theme that the browser asks for."""
    shown = {
        "viewer": viewer,
        "colours": colours(),
        "tickets": list(TicketStatus),
        "orders": list(OrderStatus),
        "clocks": [
            SimpleNamespace(state=each, left=each, due_at="", warning_at="") for each in CLOCKS
        ],
    }
    return templates.TemplateResponse(request, "components.html", shown)


@cache
def colours() -> tuple[str, ...]:
    """Return the names of the colours in `tokens.css`, each once, in its order."""
    return tuple(dict.fromkeys(_COLOUR.findall((OWN / "tokens.css").read_text(encoding="utf-8"))))
