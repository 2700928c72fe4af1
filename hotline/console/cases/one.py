"""One case: its texts, what a publisher must confirm in them, and what comes next."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.cases import life, reading, sources, writing
from dispatch.cases.models_cases import CaseText, WorkedCase
from dispatch.cases.states import (
    OF_PUBLISHERS,
    STANDING,
    Action,
    Kind,
    Status,
    open_actions,
)
from dispatch.cases.writing import FIELDS
from hotline.console import navigation, story, versioned
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.cases import form
from hotline.console.cases.form import Filled, Typed
from hotline.console.cases.marks import pieces
from hotline.console.frame import Seeing, TicketReader, Viewer, templates
from hotline.console.writes import LARGEST_ROW, Version
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.web.access import SessionDep

PAGE = navigation.CASES.page

router = APIRouter(prefix=PAGE, include_in_schema=False)

Writer = Annotated[Viewer, Depends(Seeing(Permission.CASE_WRITE))]
Publisher = Annotated[Viewer, Depends(Seeing(Permission.CASE_PUBLISH))]
TextNumber = Annotated[int, Form(ge=1, le=LARGEST_ROW)]
Confirmed = Annotated[list[str], Form(max_length=500)]


@router.get("/{worked_case}", response_class=HTMLResponse)
def one(
    viewer: TicketReader,
    worked_case: int,
    request: Request,
    session: SessionDep,
    text: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show one case, its newest text without another one's number."""
    return _one(request, session, viewer, _found(session, viewer, worked_case), at=text)


@router.post("/{worked_case}", response_class=HTMLResponse)
def write(
    viewer: Writer,
    worked_case: int,
    request: Request,
    session: SessionDep,
    typed: Filled,
    version: Version,
) -> Response:
    """The draft, or the next text of a case that is published."""

    def act(case: WorkedCase) -> None:
        writing.write(session, case, typed.wording(), actor=viewer.actor, now=now())

    return _done(request, session, viewer, worked_case, version, act, typed)


@router.post("/{worked_case}/submission", response_class=HTMLResponse)
def submit(
    viewer: Writer,
    worked_case: int,
    request: Request,
    session: SessionDep,
    text: TextNumber,
    version: Version,
) -> Response:
    """送审."""

    def act(case: WorkedCase) -> None:
        life.act(session, case, text, Action.SUBMIT, actor=viewer.actor, now=now())

    return _done(request, session, viewer, worked_case, version, act)


@router.post("/{worked_case}/decision", response_class=HTMLResponse)
def decide(
    viewer: Publisher,
    worked_case: int,
    request: Request,
    session: SessionDep,
    text: TextNumber,
    action: Annotated[Action, Form()],
    version: Version,
    reason: Annotated[str, Form(max_length=1000)] = "",
    confirmed: Confirmed = [],  # noqa: B006  # never changed
) -> Response:
    """发布、退回或撤下."""
    if action not in OF_PUBLISHERS:
        raise Invalid("This is no decision on a case.", remedy="Publish or send it back.")

    def act(case: WorkedCase) -> None:
        life.act(
            session,
            case,
            text,
            action,
            reason,
            confirmed=confirmed,
            actor=viewer.actor,
            now=now(),
        )

    return _done(request, session, viewer, worked_case, version, act)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    case_id: int,
    version: int,
    act: Callable[[WorkedCase], None],
    typed: Typed | None = None,
) -> Response:
    case = _found(session, viewer, case_id, lock=True)

    def again(case: WorkedCase, refused: Refusal) -> Response:
        return _one(request, session, viewer, case, refused, typed=typed)

    page = f"{PAGE}/{case_id}"
    return versioned.done(session, case, version, act, page=page, again=again)


def _found(session: Session, viewer: Viewer, case_id: int, *, lock: bool = False) -> WorkedCase:
    versioned.require_row(case_id, "case")
    return reading.find(session, case_id, reader=viewer.actor, lock=lock)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    case: WorkedCase,
    refused: Refusal | None = None,
    *,
    typed: Typed | None = None,
    at: int = 0,
) -> Response:
    texts = reading.texts(session, case, reader=viewer.actor)
    row = next((each for each in texts if each.number == at), texts[0])
    numbers = [each.number for each in sources.of(session, case, reader=viewer.actor)]
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": now(),
        "case": case,
        "row": row,
        "texts": texts,
        "numbers": numbers,
        "authors": "、".join(called(session, set(row.authors)).values()),
        "refused": refused,
        **_marked(viewer, row),
        **_doable(viewer, row, texts, numbers, typed),
    }
    if Permission.CASE_WRITE in viewer.may:
        told["story"] = story.tell(session, life.story(session, case))
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "cases/one.html", told, status_code=status)


def _marked(viewer: Viewer, row: CaseText) -> dict[str, Any]:
    """Return the text's fields, what may name somebody marked for who writes and publishes."""
    found = life.to_confirm(row) if Permission.CASE_WRITE in viewer.may else []
    fields = [name for name in FIELDS if name != "title"]
    return {
        "title": pieces("title", row.title, found),
        "fields": [(name, pieces(name, getattr(row, name), found)) for name in fields],
        "to_confirm": list({each.key: each for each in found}.values()),
    }


def _doable(
    viewer: Viewer,
    row: CaseText,
    texts: Any,
    numbers: list[str],
    typed: Typed | None,
) -> dict[str, Any]:
    """Return what the viewer may do with this text now."""
    actions = open_actions(Status(row.status))
    mine = viewer.actor.name in row.authors
    judges = Permission.CASE_PUBLISH in viewer.may
    decisions = [each for each in actions if judges and each in OF_PUBLISHERS]
    if mine:
        decisions = [each for each in decisions if each is Action.WITHDRAW]
    newest = row.number == texts[0].number
    writable = newest and (row.status == Status.DRAFT or row.status in STANDING)
    writes = Permission.CASE_WRITE in viewer.may and writable
    return {
        "submits": Permission.CASE_WRITE in viewer.may and Action.SUBMIT in actions,
        "decisions": decisions,
        "kinds": list(Kind),
        "typed": (typed or form.of(row, numbers)) if writes else None,
        "goes_to": f"{PAGE}/{row.case_id}",
    }
