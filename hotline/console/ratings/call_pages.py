"""来电差评: bad ratings by key after a call, heard, verified and closed with what was done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Rating, Ticket
from dispatch.ratings import call_cases
from dispatch.ratings.call_stages import Done, Finding, State
from dispatch.ratings.models_call_ratings import BadCallRating
from hotline.console import moments, navigation, tapes
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.frame import Listener, Seeing, Viewer
from hotline.console.one_row import on_row
from hotline.console.ratings.frame import choices, shown
from hotline.console.recordings import sound_of
from hotline.console.tape_doors import PART, Heard, doors
from hotline.console.words import name_of
from hotline.console.writes import LARGEST_ROW, Version, Words
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor
from telephony import records, spoken

PAGE = f"{navigation.RATINGS.page}/calls"
SHOWN = 50
_OPEN = (State.OPEN, State.VERIFIED)

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_READ))]
Decider = Annotated[Viewer, Depends(Seeing(Permission.RATING_DECIDE))]
Row = Annotated[int, Path(ge=1, le=LARGEST_ROW)]


@dataclass(frozen=True)
class Line:
    """One case in words."""

    id: int
    version: int
    state: str
    state_name: str
    agent: str
    grade: str
    opened: str
    due: str
    late: bool
    finding: str
    done: str


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    closed: Annotated[bool, Query()] = False,
    on: str = "",
) -> Response:
    """Show the cases, the newest first."""
    states, before = () if closed else _OPEN, decode_cursor(on)
    found = call_cases.listed(
        session, reader=viewer.actor, states=states, before=before, limit=SHOWN + 1
    )
    page, moment = found[:SHOWN], now()
    last = page[-1] if len(found) > SHOWN else None
    told: dict[str, Any] = {
        "rows": _lines(session, page, moment),
        "closed": closed,
        "on": encode_cursor(last.opened_at, last.id or 0) if last else "",
    }
    return shown(request, viewer, "calls", **told)


@router.get("/{case_id}", response_class=HTMLResponse)
def one(viewer: Reader, case_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one case."""
    found = call_cases.find(session, case_id, reader=viewer.actor)
    return _one(request, session, viewer, found)


@router.post("/{case_id}/verify", response_class=HTMLResponse)
def verify(
    viewer: Decider,
    case_id: Row,
    request: Request,
    session: SessionDep,
    verdict: Annotated[Finding, Form()],
    note: Words,
    version: Version,
) -> Response:
    """核实."""

    def act(case: BadCallRating) -> None:
        call_cases.verify(session, case, verdict, note, actor=viewer.actor, now=now())

    return _done(request, session, viewer, case_id, version, act)


@router.post("/{case_id}/close", response_class=HTMLResponse)
def close(
    viewer: Decider,
    case_id: Row,
    request: Request,
    session: SessionDep,
    words: Words,
    version: Version,
    done: Annotated[list[Done], Form(max_length=len(Done))] = [],  # noqa: B006  # never changed
) -> Response:
    """办结."""

    def act(case: BadCallRating) -> None:
        call_cases.close(session, case, done, words, actor=viewer.actor, now=now())

    return _done(request, session, viewer, case_id, version, act)


def _heard(reader: Reader, viewer: Listener, case_id: Row, session: SessionDep) -> Heard:
    """Return who listens, who may both see the case and listen, and to what; raise NotFound."""
    case = call_cases.find(session, case_id, reader=reader.actor)
    if tickets.of_call(session, case.call_id):
        raise NotFound("There is no recording here.", remedy="Hear it on the ticket's page.")
    return viewer, tapes.of_call(session, case.call_id, f"{PAGE}/{case.id}/{PART}")


router.include_router(doors(_heard), prefix="/{case_id}")


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    case_id: int,
    version: int,
    act: Callable[[BadCallRating], None],
) -> Response:
    case = call_cases.find(session, case_id, reader=viewer.actor, lock=True)

    def again(refused: Refusal) -> Response:
        return _one(request, session, viewer, case, refused)

    return on_row(session, case, version, act, back=f"{PAGE}/{case_id}", again=again)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    case: BadCallRating,
    refused: Refusal | None = None,
) -> Response:
    moment, ticket = now(), tickets.of_call(session, case.call_id)
    told: dict[str, Any] = {
        "case": _lines(session, [case], moment)[0],
        "ticket": ticket,
        "may_be_called": call_cases.may_be_called(session, case, now=moment),
        **_judged(session, viewer, case),
        **_said(session, viewer, case, ticket),
    }
    return shown(request, viewer, "call", refused=refused, **told)


def _judged(session: Session, viewer: Viewer, case: BadCallRating) -> dict[str, Any]:
    """Return what was found of the case and done about it, and what the viewer may find or do."""
    people = called(session, {case.verified_by, case.closed_by} - {""})
    decides = Permission.RATING_DECIDE in viewer.may
    return {
        "note": call_cases.note_of(session, case),
        "words": call_cases.words_of(session, case),
        "verified_by": people.get(case.verified_by, case.verified_by),
        "closed_by": people.get(case.closed_by, case.closed_by),
        "verifies": decides and case.state == State.OPEN,
        "closes": decides and case.state == State.VERIFIED,
        "findings": choices("call_rating_finding", Finding),
        "deeds": choices("call_rating_done", Done),
    }


def _said(
    session: Session, viewer: Viewer, case: BadCallRating, ticket: Ticket | None
) -> dict[str, Any]:
    """Return the player, which is its ticket's where there is one, and what was said."""
    tape = tapes.of_call(session, case.call_id, f"{PAGE}/{case.id}/{PART}")
    sound = sound_of(session, ticket, viewer) if ticket else tapes.sound(session, tape, viewer)
    return {
        "sound": sound,
        "transcript": spoken.lines(session, records.get_call(session, case.call_id)),
    }


def _lines(session: Session, found: Sequence[BadCallRating], at: datetime) -> list[Line]:
    people = called(session, {each.agent for each in found} - {""})
    return [
        Line(
            id=each.id or 0,
            version=each.version,
            state=each.state,
            state_name=name_of("call_rating_state", each.state),
            agent=people.get(each.agent, each.agent),
            grade=name_of("rating", session.get_one(Rating, each.rating_id).satisfaction),
            opened=moments.short(each.opened_at),
            due=moments.short(each.due_at),
            late=each.state != State.CLOSED and each.due_at < at,
            finding=name_of("call_rating_finding", each.verdict) if each.verdict else "",
            done="、".join(name_of("call_rating_done", deed) for deed in each.done),
        )
        for each in found
    ]
