"""通话条: on every page; each key answers with the bar as it is then, the switch does the rest."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col

from dispatch.drafting import finishing
from dispatch.sealing import reach
from hotline.console import call_keys, refusals, seat_panel
from hotline.console.call_keys import Given
from hotline.console.drafting import outcomes
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.seat_panel import PAUSES, wrap_up_codes
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW, MOST_LETTERS
from hotline.core import accounts
from hotline.core.clock import now
from hotline.core.errors import Conflict, Invalid, NotSignedIn
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from telephony import ordering, records, returning, seats
from telephony.models import Call, Seat

router = APIRouter(prefix=f"{PREFIX}/call-bar", include_in_schema=False)

Sitting = Annotated[Viewer, Depends(Seeing(Permission.SEAT_HOLD))]
Talking = Annotated[Viewer, Depends(Seeing(Permission.CALL_CONTROL))]
Returning = Annotated[Viewer, Depends(Seeing(Permission.QUEUE_WORK))]
Registrar = Annotated[Viewer, Depends(Seeing(Permission.TICKET_REGISTER))]
MissedId = Annotated[int, Form(ge=1, le=LARGEST_ROW)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Sitting, request: Request, session: SessionDep) -> Response:
    """Return the bar as it is now."""
    panel = seat_panel.panel(session, viewer, now=now())
    shown = {
        "viewer": viewer,
        "panel": panel,
        "code": outcomes.code_of(session, panel.wrap_up_call) if panel.wrap_up_call else "",
        "pauses": PAUSES,
        "codes": wrap_up_codes(),
    }
    return templates.TemplateResponse(request, "call_bar.html", shown)


@router.post("/seat/{wish}", response_class=HTMLResponse)
def wish(
    viewer: Sitting,
    wish: call_keys.Wish,
    request: Request,
    session: SessionDep,
    given: Annotated[Given, Form()],
) -> Response:
    """签入、签出、示忙、示闲, and where one talks."""
    with in_words():
        call_keys.wish(session, own_seat(session, viewer), wish, given, now=now())
    ordering.wake(session)
    return _done(viewer, request, session)


@router.post("/calls/{call_id}/remind", response_class=HTMLResponse)
def remind(
    viewer: Registrar,
    call_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    number: Annotated[str, Form(max_length=64)],
    text: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
) -> Response:
    """催办: the caller asks again about an earlier ticket of theirs; with no text, as they said."""
    call, otherwise = _call(session, viewer, call_id), say("drafting.remind_default")
    finishing.remind(session, call, number, text, otherwise, actor=viewer.actor, now=now())
    return _done(viewer, request, session)


@router.post("/calls/{call_id}/{verb}", response_class=HTMLResponse)
def control(
    viewer: Talking,
    call_id: uuid.UUID,
    verb: call_keys.Key,
    request: Request,
    session: SessionDep,
    given: Annotated[Given, Form()],
) -> Response:
    """通话控制: what one key of the bar asks for."""
    call = _call(session, viewer, call_id)
    with in_words():
        call_keys.press(session, own_seat(session, viewer), call, verb, given, now=now())
    return _done(viewer, request, session)


@router.post("/owed/dial", response_class=HTMLResponse)
def dial(viewer: Returning, request: Request, session: SessionDep, missed: MissedId) -> Response:
    """回拨: ring whom one is shown."""
    seen = reach.calls(viewer.actor, col(Call.id))
    with in_words():
        returning.dial_missed(session, own_seat(session, viewer), missed, seen=seen, now=now())
    return _done(viewer, request, session)


@router.post("/owed/later", response_class=HTMLResponse)
def later(viewer: Returning, request: Request, session: SessionDep, missed: MissedId) -> Response:
    """暂不回拨: leave them to a colleague, later."""
    seen = reach.calls(viewer.actor, col(Call.id))
    row = returning.find_missed(session, missed, seen=seen)
    returning.leave_to_others(session, own_seat(session, viewer), row, now=now())
    return _done(viewer, request, session)


@contextmanager
def in_words() -> Iterator[None]:
    """Say a refusal in the agent's words, where there are any."""
    try:
        yield
    except (Conflict, Invalid) as error:
        if said := refusals.words(error.detail):
            raise Misfilled(said) from error
        raise


def own_seat(session: Session, viewer: Viewer) -> Seat:
    """Return the viewer's seat, locked."""
    account = accounts.find(session, viewer.actor.name)
    if account is None:
        raise NotSignedIn("Only a person has a seat.", remedy="Sign in with your own account.")
    return seats.seat_of(session, account, now=now())


def _call(session: Session, viewer: Viewer, call_id: uuid.UUID) -> Call:
    return records.get_call(session, call_id, seen=reach.calls(viewer.actor, col(Call.id)))


def _done(viewer: Viewer, request: Request, session: Session) -> Response:
    """Return the bar; without a script, the page it was on."""
    session.flush()
    if "hx-request" in request.headers:
        return show(viewer, request, session)
    before = urlsplit(request.headers.get("referer", "")).path
    target = before if before.startswith(f"{PREFIX}/") else f"{PREFIX}/"
    return RedirectResponse(target, status_code=303)
