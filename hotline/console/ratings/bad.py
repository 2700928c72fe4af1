"""差评件: the list by what waits, and one of them, verified and decided on."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.ratings import appeals, exclusions, reading, verifying
from dispatch.ratings.models_ratings import BadRating
from dispatch.ratings.reading import Standing, Wanted
from dispatch.ratings.stages import Verdict
from hotline.console import navigation
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.frame import Seeing, Viewer
from hotline.console.one_row import on_row
from hotline.console.ratings.frame import choices, shown
from hotline.console.ratings.lines import found, lines, listed, plea
from hotline.console.writes import Version, Words
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep

PAGE = navigation.RATINGS.page

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.RATING_READ))]
Verifier = Annotated[Viewer, Depends(Seeing(Permission.RATING_VERIFY))]
Decider = Annotated[Viewer, Depends(Seeing(Permission.RATING_DECIDE))]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    standing: Standing = Standing.TO_VERIFY,
    late: Annotated[bool, Query()] = False,
    on: str = "",
) -> Response:
    """Show the bad ratings of this standing, the newest first."""
    moment, wanted = now(), Wanted(standing, late=late)
    page, following = listed(session, wanted, viewer, on, now=moment)
    told: dict[str, Any] = {
        "rows": lines(session, page, now=moment),
        "standing": standing,
        "standings": list(Standing),
        "counts": reading.waiting(session, reader=viewer.actor, now=moment),
        "late": late,
        "on": following,
    }
    return shown(request, viewer, "list", **told)


@router.get("/{bad_id}", response_class=HTMLResponse)
def one(viewer: Reader, bad_id: int, request: Request, session: SessionDep) -> Response:
    """Show one bad rating."""
    return _one(request, session, viewer, found(session, viewer, bad_id))


@router.post("/{bad_id}/verify", response_class=HTMLResponse)
def verify(
    viewer: Verifier,
    bad_id: int,
    request: Request,
    session: SessionDep,
    verdict: Annotated[Verdict, Form()],
    note: Words,
    version: Version,
) -> Response:
    """核实."""

    def act(bad: BadRating) -> None:
        verifying.verify(session, bad, verdict, note, actor=viewer.actor, now=now())

    return _done(request, session, viewer, bad_id, version, act)


@router.post("/{bad_id}/decision", response_class=HTMLResponse)
def decide(
    viewer: Decider,
    bad_id: int,
    request: Request,
    session: SessionDep,
    upheld: Annotated[bool, Form()],
    note: Words,
    version: Version,
) -> Response:
    """申诉裁定."""

    def act(bad: BadRating) -> None:
        appeals.decide(session, bad, upheld, note, actor=viewer.actor, now=now())

    return _done(request, session, viewer, bad_id, version, act)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    bad_id: int,
    version: int,
    act: Callable[[BadRating], None],
) -> Response:
    bad = found(session, viewer, bad_id, lock=True)

    def again(refused: Refusal) -> Response:
        return _one(request, session, viewer, bad, refused)

    return on_row(session, bad, version, act, back=f"{PAGE}/{bad_id}", again=again)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    bad: BadRating,
    refused: Refusal | None = None,
) -> Response:
    people = called(session, {bad.verified_by} - {""})
    told: dict[str, Any] = {
        "bad": lines(session, [bad], now=now())[0],
        "title": session.get_one(Ticket, bad.ticket_id).title,
        "note": bad.verify_note,
        "verified_by": people.get(bad.verified_by, bad.verified_by),
        "appeal": plea(session, bad, callings=called),
        "verdicts": choices("rating_verdict", Verdict),
        "verifies": Permission.RATING_VERIFY in viewer.may and not bad.verdict,
        "decides": Permission.RATING_DECIDE in viewer.may,
        "basis": exclusions.basis_of(session, bad),
    }
    return shown(request, viewer, "bad", refused=refused, **told)
