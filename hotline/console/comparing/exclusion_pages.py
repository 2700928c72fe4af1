"""剔除申请: the list by what waits, and one of them, decided on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.comparing import asked_exclusions, exclusions
from dispatch.comparing.asked_exclusions import Standing
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import ExclusionState
from hotline.console.administration.frame import Refusal, require_fresh
from hotline.console.callings import called
from hotline.console.comparing.exclusion_lines import line, lines
from hotline.console.comparing.frame import (
    PAGE,
    SHOWN,
    Before,
    Decider,
    Reader,
    Row,
    Words,
    shown,
    tried,
)
from hotline.console.frame import Viewer
from hotline.console.writes import Version
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PAGE}/exclusions", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    standing: Annotated[Standing, Query()] = Standing.TO_DECIDE,
    before: Before = 0,
) -> Response:
    """Show the requests of this standing, the newest first."""
    found = asked_exclusions.listed(
        session, standing, reader=viewer.actor, before=before, limit=SHOWN + 1
    )
    page = found[:SHOWN]
    return shown(
        request,
        viewer,
        "exclusions",
        "exclusions",
        rows=lines(session, page, now=now()),
        standing=standing,
        standings=list(Standing),
        counts=asked_exclusions.waiting(session, reader=viewer.actor),
        older=page[-1].id if len(found) > SHOWN else None,
    )


@router.get("/{exclusion_id}", response_class=HTMLResponse)
def one(viewer: Reader, exclusion_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one request."""
    return _one(request, session, viewer, exclusion_id)


@router.post("/{exclusion_id}/decision", response_class=HTMLResponse)
def decide(
    viewer: Decider,
    exclusion_id: Row,
    request: Request,
    session: SessionDep,
    right: Annotated[bool, Form()],
    note: Words,
    version: Version,
) -> Response:
    """审定, or 裁定 of the appeal where there is one."""

    def act(row: ComparisonExclusion) -> None:
        appealed = row.state == ExclusionState.APPEALED
        verb = exclusions.decide_appeal if appealed else exclusions.decide
        verb(session, row, right, note, actor=viewer.actor, now=now())

    return _done(request, session, viewer, exclusion_id, version, act)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    exclusion_id: int,
    version: int,
    act: Callable[[ComparisonExclusion], None],
) -> Response:
    def try_it() -> None:
        row = asked_exclusions.find(session, exclusion_id, reader=viewer.actor, lock=True)
        require_fresh(str(version), str(row.version))
        act(row)

    return tried(
        session,
        try_it,
        lambda: f"/exclusions/{exclusion_id}",
        lambda refused: _one(request, session, viewer, exclusion_id, refused),
    )


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    exclusion_id: int,
    refused: Refusal | None = None,
) -> Response:
    row = asked_exclusions.find(session, exclusion_id, reader=viewer.actor)
    return shown(
        request,
        viewer,
        "exclusion",
        "exclusions",
        refused=refused,
        row=row,
        line=line(session, row, callings=called, now=now()),
    )
