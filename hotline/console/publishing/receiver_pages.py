"""接收方: organisations that may take what is given on application, and what each was given."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.publishing import receivers, terms
from dispatch.publishing.models_publishing import DataReceiver
from hotline.console import form_times, moments, navigation
from hotline.console.administration.frame import Refusal, attempt, plain
from hotline.console.callings import called
from hotline.console.faults import Misfilled
from hotline.console.frame import templates
from hotline.console.one_row import on_row
from hotline.console.publishing.viewers import Publisher
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW, Version
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep

PAGE = f"{navigation.PUBLISHING.page}/receivers"
SHOWN = 50

router = APIRouter(prefix="/receivers", include_in_schema=False)

Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Words = Annotated[str, Form(max_length=receivers.MOST_LETTERS)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Publisher, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the receivers, the newest first."""
    return _list(request, session, viewer, before)


@router.post("", response_class=HTMLResponse)
def register(
    viewer: Publisher,
    request: Request,
    session: SessionDep,
    name: Words,
    purpose: Words,
    until: Annotated[str, Form(max_length=10)],
) -> Response:
    """登记: answer with the key, which nobody can be shown a second time."""
    made: list[tuple[DataReceiver, str]] = []

    def act() -> None:
        last = form_times.day(until)
        if last is None:
            raise Misfilled(say("publishing.no_day"))
        told = (plain(name), plain(purpose), last)
        made.append(receivers.register(session, *told, actor=viewer.actor, now=now()))

    refused = attempt(session, act)
    return _list(request, session, viewer, 0, refused, made=made[0] if made else None)


@router.get("/{receiver_id}", response_class=HTMLResponse)
def one(
    viewer: Publisher,
    receiver_id: int,
    request: Request,
    session: SessionDep,
    before: Before = 0,
) -> Response:
    """Show one receiver and each download, the newest first."""
    return _one(request, session, viewer, _found(session, receiver_id), before)


@router.post("/{receiver_id}/end", response_class=HTMLResponse)
def end(
    viewer: Publisher, receiver_id: int, request: Request, session: SessionDep, version: Version
) -> Response:
    """终止: the key is worthless from now on."""
    row = _found(session, receiver_id, lock=True)

    def act(receiver: DataReceiver) -> None:
        receivers.end(session, receiver, actor=viewer.actor, now=now())

    def again(refused: Refusal) -> Response:
        return _one(request, session, viewer, row, 0, refused)

    return on_row(session, row, version, act, back=f"{PAGE}/{receiver_id}", again=again)


def _found(session: Session, receiver_id: int, *, lock: bool = False) -> DataReceiver:
    if not 0 < receiver_id <= LARGEST_ROW:
        raise NotFound(f"There is no receiver {receiver_id}.")
    return receivers.find(session, receiver_id, lock=lock)


def _list(
    request: Request,
    session: Session,
    viewer: Publisher,
    before: int,
    refused: Refusal | None = None,
    *,
    made: tuple[DataReceiver, str] | None = None,
) -> Response:
    found = receivers.listed(session, before=before, limit=SHOWN + 1)
    today = beijing_day(now())
    told: dict[str, Any] = {
        "rows": found[:SHOWN],
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
        "made": made,
        "today": today,
        "longest": today + timedelta(days=terms.number("receiver_days")),
        "people": called(session, {each.registered_by for each in found}),
    }
    return _page(request, "receivers.html", viewer, refused, **told)


def _one(
    request: Request,
    session: Session,
    viewer: Publisher,
    row: DataReceiver,
    before: int,
    refused: Refusal | None = None,
) -> Response:
    found = receivers.taken(session, row, before=before, limit=SHOWN + 1)
    told: dict[str, Any] = {
        "receiver": row,
        "taken": found[:SHOWN],
        "older": found[SHOWN - 1].seq if len(found) > SHOWN else None,
        "today": beijing_day(now()),
        "people": called(session, {row.registered_by, *filter(None, [row.ended_by])}),
    }
    return _page(request, "receiver.html", viewer, refused, **told)


def _page(
    request: Request, template: str, viewer: Publisher, refused: Refusal | None, **told: Any
) -> Response:
    common = {"viewer": viewer, "as_of": now(), "page": PAGE, "refused": refused}
    everything = {**common, "short": moments.short, **told}
    status = refused.status if refused else 200
    path = f"publishing/{template}"
    return templates.TemplateResponse(request, path, everything, status_code=status)
