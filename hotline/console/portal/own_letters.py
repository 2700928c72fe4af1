"""本单位收到的函件: what is due, one letter, and what the department says to it."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.attachments import attachments
from dispatch.letters import answering, interviews, measures
from dispatch.letters.answering import MOST_FILES, Answer
from dispatch.letters.models_letters import Letter
from dispatch.letters.reading import Wanted
from dispatch.letters.states import Status
from hotline.console import moments, versioned
from hotline.console.administration.frame import Refusal
from hotline.console.faults import PORTAL
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.letters import attaching, frame, views
from hotline.console.letters.attaching import Uploads
from hotline.console.portal.callings import as_department
from hotline.console.writes import LARGEST_ROW, Version, Words
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep

PAGE = f"{PORTAL}/letters"
# What a department may ask its list for.
STATUSES = (Status.ISSUED, Status.CLOSED, Status.WITHDRAWN)

router = APIRouter(prefix=PAGE, include_in_schema=False)

Recipient = Annotated[Viewer, Depends(Seeing(Permission.LETTER_ANSWER))]
Chosen = Annotated[list[str], Form(max_length=MOST_FILES)]


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
    wanted = Wanted(status, late=late)
    told = {
        "viewer": viewer,
        "here": "letters",
        "statuses": STATUSES,
        **views.listed(session, wanted, reader=viewer.actor, before=before, now=now()),
    }
    return templates.TemplateResponse(request, "portal/own_letters.html", told)


@router.get("/{letter_id}", response_class=HTMLResponse)
def one(viewer: Recipient, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show one letter, with the forms of what is asked."""
    return _one(request, session, viewer, frame.found(session, viewer, letter_id))


@router.get("/{letter_id}/sheet", response_class=HTMLResponse)
def sheet(viewer: Recipient, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show the letter as it is printed."""
    letter, moment = frame.found(session, viewer, letter_id), now()
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
    file: Chosen = [],  # noqa: B006  # never changed
    upload: Uploads = [],  # noqa: B006  # likewise
) -> Response:
    """整改答复: files that come with it are kept first, and go with what is said."""
    letter = frame.found(session, viewer, letter_id)
    if refused := attaching.kept(session, viewer, letter, version, upload):
        return _one(request, session, viewer, letter, refused, did=did, result=result)
    given = Answer(did, result, file)
    seen = None if any(each.filename for each in upload) else version  # each file counted it up

    def act(letter: Letter) -> None:
        answering.answer(session, letter, given, actor=viewer.actor, now=now())

    return _done(request, session, viewer, letter_id, seen, act, did=did, result=result)


@router.post("/{letter_id}/attachments/{file_id}/remove", response_class=HTMLResponse)
def remove(
    viewer: Recipient,
    letter_id: int,
    file_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """移除 what was added for an answer that is not given yet."""

    def act(letter: Letter) -> None:
        attaching.take_away(session, viewer, letter, file_id)

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


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    letter_id: int,
    version: int | None,
    act: Callable[[Letter], object],
    **typed: str,
) -> Response:
    """Act on the letter as it was seen, and lead back to it; or say why not, with what was typed.

    Without a version it is as anybody may have seen it.
    """
    letter = frame.found(session, viewer, letter_id, lock=True)

    def again(letter: Letter, refused: Refusal) -> Response:
        return _one(request, session, viewer, letter, refused, **typed)

    seen, page = letter.version if version is None else version, f"{PAGE}/{letter_id}"
    return versioned.done(session, letter, seen, act, page=page, again=again)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    letter: Letter,
    refused: Refusal | None = None,
    **typed: str,
) -> Response:
    own = answering.files_of(session, letter, viewer.actor.department)
    told: dict[str, Any] = {
        "viewer": viewer,
        "here": "letters",
        "files": [(str(each.public_id), attachments.name_of(session, each)) for each in own],
        "refused": refused,
        "typed": typed,
        **_whole(session, viewer, letter),
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "portal/own_letter.html", told, status_code=status)


def _whole(session: Session, viewer: Viewer, letter: Letter) -> dict[str, Any]:
    callings = as_department(viewer.actor.department)
    return views.whole(session, letter, reader=viewer.actor, callings=callings, now=now())
