"""本单位收到的函件: what is due, one letter, and what the department says to it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.attachments import attachments
from dispatch.letters import answering, interviews, measures, reading
from dispatch.letters.answering import MOST_FILES, Answer
from dispatch.letters.models_letters import Letter
from dispatch.letters.reading import Wanted
from dispatch.letters.states import Status
from hotline.console import moments
from hotline.console.administration.frame import Refusal, attempt, require_fresh
from hotline.console.faults import PORTAL
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.letters import views
from hotline.console.portal.callings import as_department
from hotline.console.writes import LARGEST_ROW, Version, Words
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep

PAGE = f"{PORTAL}/letters"
SHOWN = 50
# What a department may ask its list for.
STATUSES = (Status.ISSUED, Status.CLOSED, Status.WITHDRAWN)

router = APIRouter(prefix=PAGE, include_in_schema=False)

Recipient = Annotated[Viewer, Depends(Seeing(Permission.LETTER_ANSWER))]
Files = Annotated[list[str], Form(max_length=MOST_FILES)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Recipient,
    request: Request,
    session: SessionDep,
    status: Status | None = None,
    late: bool = False,
    before: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show the letters to the department, the newest first, each with what is due."""
    moment, wanted = now(), Wanted(status, late=late)
    found = reading.listed(
        session, wanted, reader=viewer.actor, before=before, now=moment, limit=SHOWN + 1
    )
    told = {
        "viewer": viewer,
        "here": "letters",
        "rows": views.lines(session, found[:SHOWN], reader=viewer.actor, now=moment),
        "status": status,
        "statuses": STATUSES,
        "late": late,
        "older": found[SHOWN - 1].id if len(found) > SHOWN else 0,
    }
    return templates.TemplateResponse(request, "portal/own_letters.html", told)


@router.get("/{letter_id}", response_class=HTMLResponse)
def one(viewer: Recipient, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show one letter, with the forms of what is asked."""
    return _one(request, session, viewer, _found(session, viewer, letter_id))


@router.get("/{letter_id}/sheet", response_class=HTMLResponse)
def sheet(viewer: Recipient, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show the letter as it is printed."""
    letter, moment = _found(session, viewer, letter_id), now()
    told = {
        "viewer": viewer,
        "back": f"{PAGE}/{letter.id}",
        "mark": watermark.of(viewer.actor, moment, letter.number or ""),
        "printed": moments.full(moment),
        **_whole(session, viewer, letter),
    }
    return templates.TemplateResponse(request, "letters/sheet.html", told)


@router.post("/{letter_id}/acknowledge", response_class=HTMLResponse)
def acknowledge(
    viewer: Recipient, letter_id: int, request: Request, session: SessionDep
) -> Response:
    """签收: of a bulletin's many recipients none makes another's page out of date."""

    def act(letter: Letter) -> None:
        answering.acknowledge(session, letter, actor=viewer.actor, now=now())

    return _done(request, session, viewer, letter_id, None, act)


@router.post("/{letter_id}/answer", response_class=HTMLResponse)
def answer(
    viewer: Recipient,
    letter_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    did: Words = "",
    result: Words = "",
    file: Files = [],  # noqa: B006  # never changed
) -> Response:
    """整改答复, with files of the department's orders."""

    def act(letter: Letter) -> None:
        given = Answer(did, result, file)
        answering.answer(session, letter, given, actor=viewer.actor, now=now())

    return _done(request, session, viewer, letter_id, version, act)


@router.post("/{letter_id}/confirm", response_class=HTMLResponse)
def confirm(
    viewer: Recipient, letter_id: int, request: Request, session: SessionDep, version: Version
) -> Response:
    """确认约谈记录."""

    def act(letter: Letter) -> None:
        interviews.confirm(session, letter, actor=viewer.actor, now=now())

    return _done(request, session, viewer, letter_id, version, act)


@router.post("/{letter_id}/objection", response_class=HTMLResponse)
def object_to(
    viewer: Recipient,
    letter_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    objection: Words = "",
) -> Response:
    """对约谈记录的异议."""

    def act(letter: Letter) -> None:
        interviews.object_to(session, letter, objection, actor=viewer.actor, now=now())

    return _done(request, session, viewer, letter_id, version, act)


@router.post("/{letter_id}/measures/{measure}/report", response_class=HTMLResponse)
def report(
    viewer: Recipient,
    letter_id: int,
    measure: int,
    request: Request,
    session: SessionDep,
    version: Version,
    evidence: Words = "",
) -> Response:
    """报落实, with evidence."""
    key = min(max(measure, 0), LARGEST_ROW)

    def act(letter: Letter) -> None:
        measures.report(session, letter, key, evidence, actor=viewer.actor, now=now())

    return _done(request, session, viewer, letter_id, version, act)


def _found(session: Session, viewer: Viewer, letter_id: int, *, lock: bool = False) -> Letter:
    if not 0 < letter_id <= LARGEST_ROW:
        raise NotFound(f"There is no letter {letter_id}.")
    return reading.find(session, letter_id, reader=viewer.actor, lock=lock)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    letter_id: int,
    version: int | None,
    act: Callable[[Letter], object],
) -> Response:
    letter = _found(session, viewer, letter_id, lock=True)

    def try_it() -> None:
        if version is not None:
            require_fresh(str(version), str(letter.version))
        act(letter)

    if refused := attempt(session, try_it):
        session.refresh(letter)
        return _one(request, session, viewer, letter, refused)
    return RedirectResponse(f"{PAGE}/{letter_id}", status_code=303)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    letter: Letter,
    refused: Refusal | None = None,
) -> Response:
    own = answering.files_of(session, letter, viewer.actor.department)
    told: dict[str, Any] = {
        "viewer": viewer,
        "here": "letters",
        "files": [(str(each.public_id), attachments.name_of(session, each)) for each in own],
        "refused": refused,
        **_whole(session, viewer, letter),
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "portal/own_letter.html", told, status_code=status)


def _whole(session: Session, viewer: Viewer, letter: Letter) -> dict[str, Any]:
    callings = as_department(viewer.actor.department)
    return views.whole(session, letter, reader=viewer.actor, callings=callings, now=now())
