"""一次比较: the list of them, one of them by class, published, withdrawn, its appeals decided."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.comparing import place_appeals, publishing, runs, schemes
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.states import RunState
from dispatch.indicators.reading import Period
from hotline.console import form_times
from hotline.console.administration.frame import Refusal, require_fresh
from hotline.console.callings import called
from hotline.console.comparing import lines
from hotline.console.comparing.frame import (
    PAGE,
    SHOWN,
    Before,
    Day,
    Decider,
    Manager,
    Reader,
    Row,
    Short,
    Words,
    shown,
    tried,
)
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.portal import own_periods
from hotline.console.words import say
from hotline.console.writes import RowId, Version
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep
from knowledge import names

router = APIRouter(prefix=PAGE, include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the comparisons and simulations, the newest first."""
    return _list(request, session, viewer, before)


@router.post("/runs", response_class=HTMLResponse)
def run(
    viewer: Manager,
    request: Request,
    session: SessionDep,
    scheme: RowId,
    first: Day,
    last: Day,
) -> Response:
    """运行: an adopted scheme on a period that is over."""
    made: list[Comparison] = []

    def act() -> None:
        found = schemes.find(session, scheme, lock=True)
        made.append(runs.run(session, found, days(first, last), actor=viewer.actor, now=now()))

    return tried(
        session,
        act,
        lambda: f"/runs/{made[0].id}",
        lambda refused: _list(request, session, viewer, 0, refused),
    )


@router.get("/runs/{run_id}", response_class=HTMLResponse)
def one(viewer: Reader, run_id: Row, request: Request, session: SessionDep) -> Response:
    """Show what one comparison says."""
    return _one(request, session, viewer, run_id)


@router.post("/runs/{run_id}/publish", response_class=HTMLResponse)
def publish(
    viewer: Decider, run_id: Row, request: Request, session: SessionDep, version: Version
) -> Response:
    """公布."""

    def act(found: Comparison) -> None:
        publishing.publish(session, found, actor=viewer.actor, now=now())

    return _done(request, session, viewer, run_id, version, act)


@router.post("/runs/{run_id}/withdraw", response_class=HTMLResponse)
def withdraw(
    viewer: Decider,
    run_id: Row,
    request: Request,
    session: SessionDep,
    reason: Words,
    version: Version,
) -> Response:
    """撤回."""

    def act(found: Comparison) -> None:
        publishing.withdraw(session, found, reason, actor=viewer.actor, now=now())

    return _done(request, session, viewer, run_id, version, act)


@router.post("/runs/{run_id}/appeal-decision", response_class=HTMLResponse)
def decide(
    viewer: Decider,
    run_id: Row,
    request: Request,
    session: SessionDep,
    department: Short,
    upheld: Annotated[bool, Form()],
    note: Words,
    version: Version,
) -> Response:
    """裁定 of what one department said against its place."""

    def act(found: Comparison) -> None:
        said = (department.replace("\0", ""), upheld, note)
        place_appeals.decide(session, found, *said, actor=viewer.actor, now=now())

    return _done(request, session, viewer, run_id, version, act)


def days(first: str, last: str) -> Period:
    """Return the days of a form; raise Misfilled for none that can be meant."""
    begins, ends = form_times.day(first), form_times.day(last)
    if begins is None or ends is None:
        raise Misfilled(say("indicators.no_period"))
    return Period(begins, ends)


def last_month() -> own_periods.Period:
    """Return the period that is compared most."""
    return own_periods.presets(beijing_day(now()))["last_month"]


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    run_id: int,
    version: int,
    act: Callable[[Comparison], None],
) -> Response:
    def try_it() -> None:
        found = runs.find(session, run_id, reader=viewer.actor, lock=True)
        require_fresh(str(version), str(found.version))
        act(found)

    return tried(
        session,
        try_it,
        lambda: f"/runs/{run_id}",
        lambda refused: _one(request, session, viewer, run_id, refused),
    )


def _list(
    request: Request, session: Session, viewer: Viewer, before: int, refused: Refusal | None = None
) -> Response:
    found = runs.listed(session, reader=viewer.actor, before=before, limit=SHOWN + 1)
    page = found[:SHOWN]
    named = {each: session.get_one(ComparisonScheme, each) for each in {o.scheme_id for o in page}}
    return shown(
        request,
        viewer,
        "runs",
        "runs",
        refused=refused,
        rows=[(each, named[each.scheme_id]) for each in page],
        people=called(session, {each.run_by for each in page}),
        older=page[-1].id if len(found) > SHOWN else None,
        adopted=schemes.in_force(session),
        month=last_month(),
    )


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    run_id: int,
    refused: Refusal | None = None,
) -> Response:
    found = runs.find(session, run_id, reader=viewer.actor)
    told = {**_said(session, found), **_pleaded(session, found)}
    return shown(request, viewer, "run", "runs", refused=refused, run=found, **told)


def _said(session: Session, found: Comparison) -> dict[str, Any]:
    """Return what the comparison says."""
    document: dict[str, Any] = json.loads(runs.published(found))
    return {
        "scheme": document["run"],
        "before": document["before"],
        "names": lines.indicators(document),
        "groups": lines.groups(session, document, told=found.state == RunState.PUBLISHED),
        "excluded": sum(document["run"]["excluded"].values()),
    }


def _pleaded(session: Session, found: Comparison) -> dict[str, Any]:
    """Return what is said against it, with the names of all who had to do with it."""
    appeals = place_appeals.of_run(session, found)
    people = {found.run_by, found.published_by, found.withdrawn_by}
    people |= {name for each in appeals for name in (each.by, each.decided_by)}
    return {
        "appeals": appeals,
        "people": called(session, people - {""}),
        "departments": names.department_names(session, {each.department for each in appeals}),
    }
