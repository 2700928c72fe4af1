"""盲复核: whom to ask again, what came of each draw, and the draw itself."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.handling import replies
from dispatch.models import Ticket
from dispatch.ratings import blind, blind_draw, leases
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.models_ratings import BlindCallback
from dispatch.sealing import readers
from dispatch.terms import RequestType
from hotline.console import moments, navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.faults import Misfilled
from hotline.console.frame import Revealer, Seeing, Viewer, templates
from hotline.console.ratings.frame import shown
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core import privacy
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep

PAGE = f"{navigation.RATINGS.page}/blind"
SHOWN = 20
_YES_NO = {"yes": True, "no": False}

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.CALLBACK_READ))]
Maker = Annotated[Viewer, Depends(Seeing(Permission.CALLBACK_MAKE))]
Drawer = Annotated[Viewer, Depends(Seeing(Permission.RATING_DECIDE))]


@dataclass(frozen=True)
class Task:
    """One person to ask again; neither what they said first nor the number that leads there.

    The words are there for whoever has taken it, until `until`.
    """

    id: int
    type: str
    until: str = ""
    text: str = ""
    answers: list[str] = field(default_factory=list)


@router.get("", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep) -> Response:
    """Show whom this viewer may ask again, and the published figures."""
    return _page(request, session, viewer)


@router.post("/draws", response_class=HTMLResponse)
def draw(
    viewer: Drawer,
    request: Request,
    session: SessionDep,
    week: Annotated[str, Form(max_length=16)],
) -> Response:
    """抽样."""
    refused = attempt(
        session, lambda: blind.draw_week(session, week.strip(), actor=viewer.actor, now=now())
    )
    return _answer(request, session, viewer, refused)


@router.post("/{blind_id}/take", response_class=HTMLResponse)
def take(viewer: Maker, blind_id: int, request: Request, session: SessionDep) -> Response:
    """领取."""
    row = _found(session, viewer, blind_id, lock=True)
    refused = attempt(session, lambda: blind.take(session, row, actor=viewer.actor, now=now()))
    return _answer(request, session, viewer, refused)


@router.post("/{blind_id}/release", response_class=HTMLResponse)
def release(viewer: Maker, blind_id: int, request: Request, session: SessionDep) -> Response:
    """放回."""
    row = _found(session, viewer, blind_id, lock=True)
    refused = attempt(session, lambda: leases.release(session, row, actor=viewer.actor, now=now()))
    return _answer(request, session, viewer, refused)


@router.post("/{blind_id}", response_class=HTMLResponse)
def record(
    viewer: Maker,
    blind_id: int,
    request: Request,
    session: SessionDep,
    reached: Annotated[bool, Form()],
    contacted: Annotated[str, Form(max_length=8)] = "",
    solved: Annotated[str, Form(max_length=8)] = "",
    rating: Annotated[int | None, Form(ge=1, le=5)] = None,
) -> Response:
    """登记."""
    row = _found(session, viewer, blind_id, lock=True)
    heard = Said(_YES_NO.get(contacted), _YES_NO.get(solved), rating)

    def act() -> None:
        said = heard if reached else Said()
        blind.answer(session, row, said, reached=reached, actor=viewer.actor, now=now())

    return _answer(request, session, viewer, attempt(session, act))


@router.post("/{blind_id}/reveal", response_class=HTMLResponse)
def reveal(
    viewer: Revealer,
    blind_id: int,
    request: Request,
    session: SessionDep,
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Show the requester's telephone, not the ticket's number; the look is kept with its reason."""
    if not reason.strip():
        raise Misfilled(say("fault.reason_missing"))
    row, moment = _found(session, viewer, blind_id, lock=True), now()
    identity = blind.reveal(session, row, reason, actor=viewer.actor, now=moment)
    mark = watermark.of(viewer.actor, moment, f"B{row.id}")
    part = "hx-request" in request.headers
    told = {"viewer": viewer, "back": PAGE, "phone": identity.phone, "mark": mark, "part": part}
    return templates.TemplateResponse(request, "revealed.html", told)


def _found(session: Session, viewer: Viewer, blind_id: int, *, lock: bool = False) -> BlindCallback:
    if not 0 < blind_id <= LARGEST_ROW:
        raise NotFound(f"There is no blind callback {blind_id}.")
    return blind.find(session, blind_id, reader=viewer.actor, lock=lock)


def _answer(
    request: Request, session: Session, viewer: Viewer, refused: Refusal | None
) -> Response:
    if refused:
        session.expire_all()
        return _page(request, session, viewer, refused)
    return RedirectResponse(PAGE, status_code=303)


def _page(
    request: Request, session: Session, viewer: Viewer, refused: Refusal | None = None
) -> Response:
    moment = now()
    asks = Permission.CALLBACK_MAKE in viewer.may
    found = blind.to_ask(session, reader=viewer.actor, now=moment, limit=SHOWN) if asks else []
    mine = [each for each in found if each.taken_by == viewer.actor.name]
    told: dict[str, Any] = {
        "tasks": [_task(session, each) for each in mine],
        "free": [_free(session, each) for each in found if each not in mine],
        "figures": blind.published(session),
        "week": blind_draw.week_before(beijing_day(moment)),
        "draws": Permission.RATING_DECIDE in viewer.may,
    }
    return shown(request, viewer, "blind", refused=refused, **told)


def _task(session: Session, row: BlindCallback) -> Task:
    ticket = session.get_one(Ticket, row.ticket_id)
    return Task(
        row.id or 0,
        RequestType(ticket.request_type).label,
        moments.short(row.taken_until) if row.taken_until else "",
        readers.words(session, ticket),
        [privacy.mask_text(each.public_reply) for each in replies.told(session, ticket)],
    )


def _free(session: Session, row: BlindCallback) -> Task:
    """Return what is seen before it is taken: its words would lead to where the answer stands."""
    ticket = session.get_one(Ticket, row.ticket_id)
    return Task(row.id or 0, RequestType(ticket.request_type).label)
