"""The two doors of a player that stands on a call's own page: say why, and listen."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console import tapes
from hotline.console.frame import Viewer, templates
from hotline.console.tapes import Tape
from hotline.web.access import SessionDep

PART = "recording"  # of the page's address

Heard = tuple[Viewer, Tape]


def doors(heard_by: Callable[..., Heard]) -> APIRouter:
    """Return the doors below a page; `heard_by` depends on who may see it and says what is heard.

    It raises NotFound for a call whose ticket's page has the player.
    """
    below = f"/{PART}"
    router = APIRouter(prefix=below, include_in_schema=False)
    wanted: Any = Depends(heard_by)

    @router.post("", response_class=HTMLResponse)
    def open_recording(
        request: Request,
        session: SessionDep,
        heard: Heard = wanted,
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """Keep why somebody listens, and give them the player."""
        viewer, tape = heard
        tapes.note(session, tape, viewer, reason)
        if "hx-request" not in request.headers:
            return RedirectResponse(f"{tape.page.removesuffix(below)}#{PART}", status_code=303)
        shown = {"sound": tapes.sound(session, tape, viewer)}
        return templates.TemplateResponse(request, "player.html", shown)

    @router.get("/sound")
    def play(request: Request, session: SessionDep, heard: Heard = wanted) -> Response:
        """Send the recording, or the range of it that was asked for."""
        viewer, tape = heard
        return tapes.play(session, tape, viewer, request, f"call-{tape.call_id}")

    return router
