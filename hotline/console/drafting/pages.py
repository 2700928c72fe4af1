"""通话填单: the form of a call, beside its words; saved as it is typed, registered by one key.

Every key is a plain form's; drafting.js sends the same without leaving the page.
"""

import uuid
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.drafting import drafts
from dispatch.drafting.drafts import FieldName
from hotline.console import live_words
from hotline.console.drafting import beside, company, finishing, lists
from hotline.console.drafting.calls import Given, Registrar, call_of, given, keep_typed
from hotline.console.drafting.form import form_view
from hotline.console.drafting.scripts import by_kind
from hotline.console.faults import PREFIX
from hotline.console.frame import Viewer, templates
from hotline.core.clock import now
from hotline.web.access import SessionDep
from telephony.models import Call

router = APIRouter(include_in_schema=False)
# The body before the viewer: who sends it slowly must not keep a place at the database meanwhile.
form = APIRouter(
    prefix=f"{PREFIX}/calls/{{call_id}}/form",
    include_in_schema=False,
    dependencies=[Depends(given)],
)


@form.get("", response_class=HTMLResponse)
def show(viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep) -> Response:
    """Show the form beside the call's words: a page, or the part that call-bar.js opens."""
    return desk(request, session, call_of(session, viewer, call_id), viewer)


@form.get("/state", response_class=HTMLResponse)
def state(viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep) -> Response:
    """Return what the words suggest now, and what stands in each field."""
    return fields(request, session, call_of(session, viewer, call_id), viewer)


@form.post("")
def save(
    viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep, given: Given
) -> Response:
    """Keep what was typed."""
    call = call_of(session, viewer, call_id)
    draft = keep_typed(session, call, given, viewer)
    if "hx-request" in request.headers:
        return Response(str(draft.version), media_type="text/plain")
    return _back(call)


@form.post("/take")
def take(
    viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep, given: Given
) -> Response:
    """采纳: let a suggestion stand; `choice` is the field, `=`, and the value that was shown."""
    return _choose(drafts.take, viewer, call_id, request, session, given)


@form.post("/refuse")
def refuse(
    viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep, given: Given
) -> Response:
    """不用: don't offer this value for the field again."""
    return _choose(drafts.refuse, viewer, call_id, request, session, given)


def _choose(
    decide: Any,
    viewer: Viewer,
    call_id: uuid.UUID,
    request: Request,
    session: Session,
    given: Given,
) -> Response:
    call = call_of(session, viewer, call_id)
    keep_typed(session, call, given, viewer)
    name, _, value = str(given.get("choice", "")).partition("=")
    if name in list(FieldName) and value:
        decide(session, call, FieldName(name), value, actor=viewer.actor, now=now())
    if "hx-request" in request.headers:
        return fields(request, session, call, viewer)
    return _back(call)


def desk(request: Request, session: Session, call: Call, viewer: Viewer) -> Response:
    """Return the whole of the form, as a part or in its page."""
    shown = {
        "viewer": viewer,
        "as_of": now(),
        "view": form_view(session, call, viewer),
        "scripts": by_kind(),
        "answers": f"{PREFIX}/calls/{call.id}/answers",  # another room's, beside the form
        "listening": "call.read" in viewer.may,
        **live_words.shown(session, call),
    }
    template = "desk" if "hx-request" in request.headers else "form"
    return templates.TemplateResponse(request, f"drafting/{template}.html", shown)


def fields(request: Request, session: Session, call: Call, viewer: Viewer) -> Response:
    """Return what changes of the form while it is open."""
    shown = {"viewer": viewer, "view": form_view(session, call, viewer)}
    return templates.TemplateResponse(request, "drafting/state.html", shown)


@router.get(f"{PREFIX}/drafts", response_class=HTMLResponse)
def unfinished(viewer: Registrar, request: Request, session: SessionDep) -> Response:
    """我的草稿: the forms that I began and that are no ticket yet."""
    shown = {"viewer": viewer, "as_of": now(), "drafts": beside.unfinished(session, viewer)}
    return templates.TemplateResponse(request, "drafting/drafts.html", shown)


def _back(call: Call) -> Response:
    return RedirectResponse(f"{PREFIX}/calls/{call.id}/form", status_code=303)


for part in (form, finishing.router, lists.router, company.router):
    router.include_router(part)
