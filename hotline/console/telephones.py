"""话机与限制来电: which desk phones may register, and whose calls go to the message for a time."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console import blocked, moments, navigation
from hotline.console.call_bar import in_words
from hotline.console.callings import called
from hotline.console.frame import Manager, Viewer, templates
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep
from telephony import sip_accounts

PAGE = navigation.TELEPHONES.page

router = APIRouter(prefix=PAGE, include_in_schema=False)

Name = Annotated[str, Form(max_length=64)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ROW)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Manager, request: Request, session: SessionDep, before: Before = None) -> Response:
    """Show both lists; of the blocks, the page after `before`."""
    return _shown(request, session, viewer, before=before)


@router.post("", response_class=HTMLResponse)
def add(
    viewer: Manager,
    request: Request,
    session: SessionDep,
    name: Name,
    label: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """新增话机: answer with its password, which nobody can be shown a second time."""
    with in_words():
        row, password = sip_accounts.issue(
            session,
            name.strip(),
            label.replace("\0", "").strip(),
            actor=viewer.actor,
            now=now(),
        )
    return _shown(request, session, viewer, made={"name": row.name, "password": password})


@router.post("/remove")
def remove(viewer: Manager, session: SessionDep, name: Name) -> Response:
    """删除话机: its password is worthless in seconds."""
    if "\0" in name:
        raise NotFound("There is no such telephone.")
    sip_accounts.remove(session, name, actor=viewer.actor, now=now())
    return RedirectResponse(PAGE, status_code=303)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    *,
    before: int | None = None,
    made: dict[str, str] | None = None,
) -> Response:
    shown: dict[str, Any] = {
        "viewer": viewer,
        "here": navigation.TELEPHONES.name,
        "telephones": _telephones(session),
        "realm": sip_accounts.REALM,
        "made": made,
        "as_of": now(),
        **blocked.listed(session, viewer, before=before),
    }
    return templates.TemplateResponse(request, "telephones.html", shown)


def _telephones(session: Session) -> list[dict[str, str]]:
    rows = sip_accounts.listed(session)
    people = called(session, {row.created_by for row in rows})
    return [
        {
            "name": row.name,
            "label": row.label,
            "at": moments.short(row.created_at),
            "by": people.get(row.created_by, row.created_by),
        }
        for row in rows
    ]
