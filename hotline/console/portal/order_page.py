"""One order in the portal: what its department knows of it, and what may be done with it now."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.handling import orders, replies
from dispatch.handling.returns import RETURN_REASONS
from dispatch.models import WorkOrder
from hotline.console.frame import Viewer, templates
from hotline.console.portal import order_asks
from hotline.console.portal.again import NOTHING, Again
from hotline.console.portal.desk import ORDERS, Handler
from hotline.console.portal.order_doable import doable
from hotline.console.portal.order_files import files_of
from hotline.console.portal.order_view import order_view
from hotline.console.words import words_of
from hotline.core.clock import beijing, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names

SUPERVISED = Permission.SUPERVISION_ANSWER

router = APIRouter(prefix=f"{ORDERS}/{{number}}", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Handler, number: str, request: Request, session: SessionDep, done: str = ""
) -> Response:
    """Show the order; `done` names what was done to it just now."""
    told = words_of("portal_done").get(done, "")
    return shown(request, session, viewer, number, done=told)


@router.get("/state", response_class=HTMLResponse)
def state(viewer: Handler, number: str, request: Request, session: SessionDep) -> Response:
    """Return what changes of the order, for the page that is already open."""
    page = {"part": True, **_state(session, viewer, number, NOTHING)}
    return templates.TemplateResponse(request, "portal/order_state.html", page)


@router.get("/departments", response_class=HTMLResponse)
def departments(viewer: Handler, number: str, request: Request, session: SessionDep) -> Response:
    """Return every department that takes orders, for the fields that name one."""
    orders.find(session, number, reader=viewer.actor)
    found = {"names": names.accepting(session)}
    return templates.TemplateResponse(request, "departments.html", found)


def shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    number: str,
    *,
    again: Again = NOTHING,
    done: str = "",
    status: int = 200,
) -> Response:
    """Return the page of the order; raise NotFound for one that is not the department's."""
    page = {"done": done, **_state(session, viewer, number, again)}
    return templates.TemplateResponse(request, "portal/order.html", page, status_code=status)


def _state(session: Session, viewer: Viewer, number: str, again: Again) -> dict[str, Any]:
    order = orders.find(session, number, reader=viewer.actor)
    view = order_view(session, order, viewer.actor, now=now())
    may_now = doable(session, order, viewer)
    if any(each.open_form for each in view.asked) and SUPERVISED in viewer.may:
        may_now |= {"feedback"}
    return {
        "viewer": viewer,
        "view": view,
        "order": order,
        "ticket": view.ticket,
        "files": files_of(session, order, viewer, own=view.own),
        "doable": may_now,
        "again": again,
        "lost": again.kept() if again.action and again.action not in may_now else [],
        "reasons": list(RETURN_REASONS),
        "draft": _draft(session, order) if "reply" in may_now else {},
        "calling": view.own and order_asks.calling(session, order),
        "as_of": now(),
    }


def _draft(session: Session, order: WorkOrder) -> dict[str, str]:
    """Return what the reply's form begins with: the draft, else what was sent back.

    The last contact that reached the requester fills its moment.
    """
    kept = replies.draft_of(session, order) or replies.latest_reply(session, order)
    reached = [each.at for each in orders.contacts_of(session, order) if each.reached]
    at = (kept and kept.contacted_at) or (reached[-1] if reached else None)
    found = {"contacted_at": f"{beijing(at):%Y-%m-%dT%H:%M}" if at else ""}
    if kept:
        found |= {
            "result": kept.result,
            "public_reply": kept.public_reply,
            "unsolved_reason": kept.unsolved_reason,
            "is_true": "true" if kept.is_true else "false",
            "is_solved": "true" if kept.is_solved else "false",
        }
    return found
