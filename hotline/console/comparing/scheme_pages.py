"""考核方案: the list of versions, one of them, written, revised, simulated, adopted, retired."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.comparing import runs, schemes, terms
from dispatch.comparing.intervals import Confidence
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.scheme import Publication
from dispatch.comparing.states import SCHEME, SchemeAction, SchemeState
from hotline.console.administration.frame import Refusal, require_fresh
from hotline.console.callings import called
from hotline.console.comparing import lines, typed
from hotline.console.comparing.frame import (
    PAGE,
    SHOWN,
    Before,
    Day,
    Decider,
    Manager,
    Reader,
    Row,
    shown,
    tried,
)
from hotline.console.comparing.run_pages import days, last_month
from hotline.console.comparing.typed import SchemeForm
from hotline.console.frame import Viewer
from hotline.console.writes import Version
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PAGE}/schemes", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the versions of all schemes, the newest first."""
    found = schemes.listed(session, before=before, limit=SHOWN + 1)
    page = found[:SHOWN]
    writers = {name for each in page for name in each.writers}
    return shown(
        request,
        viewer,
        "schemes",
        "schemes",
        rows=page,
        people=called(session, writers),
        names=dict(lines.choices()),
        older=page[-1].id if len(found) > SHOWN else None,
    )


@router.get("/new", response_class=HTMLResponse)
def new(viewer: Manager, request: Request) -> Response:
    """Show the form of a new scheme."""
    return _form(request, viewer, typed.blank(), "/schemes")


@router.post("", response_class=HTMLResponse)
def draft(viewer: Manager, request: Request, session: SessionDep, form: SchemeForm) -> Response:
    """拟定: a name that there is already gets its next version."""
    made: list[ComparisonScheme] = []

    def act() -> None:
        said = form.scheme()
        made.append(schemes.draft(session, form.name, said, actor=viewer.actor, now=now()))

    return tried(
        session,
        act,
        lambda: f"/schemes/{made[0].id}",
        lambda refused: _form(request, viewer, form.shown(), "/schemes", refused),
    )


@router.get("/{scheme_id}", response_class=HTMLResponse)
def one(viewer: Reader, scheme_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one version of a scheme with what may be done with it."""
    return _one(request, session, viewer, scheme_id)


@router.get("/{scheme_id}/edit", response_class=HTMLResponse)
def edit(viewer: Manager, scheme_id: Row, request: Request, session: SessionDep) -> Response:
    """Show its form: to change it, or for the next version of one that was adopted."""
    found = schemes.find(session, scheme_id)
    filled = typed.of(found.name, found.body)
    if (found.state, SchemeAction.REVISE) in SCHEME:
        return _form(request, viewer, filled, f"/schemes/{found.id}", version=found.version)
    return _form(request, viewer, filled, "/schemes")


@router.post("/{scheme_id}", response_class=HTMLResponse)
def revise(
    viewer: Manager,
    scheme_id: Row,
    request: Request,
    session: SessionDep,
    form: SchemeForm,
    version: Version,
) -> Response:
    """修改: it must be simulated anew."""

    def act() -> None:
        found = _fresh(session, scheme_id, version)
        schemes.revise(session, found, form.scheme(), actor=viewer.actor, now=now())

    back = f"/schemes/{scheme_id}"
    return tried(
        session,
        act,
        lambda: back,
        lambda refused: _form(request, viewer, form.shown(), back, refused, version),
    )


@router.post("/{scheme_id}/simulate", response_class=HTMLResponse)
def simulate(
    viewer: Manager,
    scheme_id: Row,
    request: Request,
    session: SessionDep,
    first: Day,
    last: Day,
) -> Response:
    """试算 on a past period."""
    made: list[Comparison] = []

    def act() -> None:
        found, period = schemes.find(session, scheme_id, lock=True), days(first, last)
        made.append(runs.simulate(session, found, period, actor=viewer.actor, now=now()))

    return tried(
        session,
        act,
        lambda: f"/runs/{made[0].id}",
        lambda refused: _one(request, session, viewer, scheme_id, refused),
    )


@router.post("/{scheme_id}/adopt", response_class=HTMLResponse)
def adopt(
    viewer: Decider, scheme_id: Row, request: Request, session: SessionDep, version: Version
) -> Response:
    """采用, by somebody who wrote nothing in it."""

    def act(found: ComparisonScheme) -> None:
        schemes.adopt(session, found, actor=viewer.actor, now=now())

    return _done(request, session, viewer, scheme_id, version, act)


@router.post("/{scheme_id}/retire", response_class=HTMLResponse)
def retire(
    viewer: Decider, scheme_id: Row, request: Request, session: SessionDep, version: Version
) -> Response:
    """停用."""

    def act(found: ComparisonScheme) -> None:
        schemes.retire(session, found, actor=viewer.actor, now=now())

    return _done(request, session, viewer, scheme_id, version, act)


def _fresh(session: Session, scheme_id: int, version: int) -> ComparisonScheme:
    found = schemes.find(session, scheme_id, lock=True)
    require_fresh(str(version), str(found.version))
    return found


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    scheme_id: int,
    version: int,
    act: Callable[[ComparisonScheme], None],
) -> Response:
    return tried(
        session,
        lambda: act(_fresh(session, scheme_id, version)),
        lambda: f"/schemes/{scheme_id}",
        lambda refused: _one(request, session, viewer, scheme_id, refused),
    )


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    scheme_id: int,
    refused: Refusal | None = None,
) -> Response:
    found = schemes.find(session, scheme_id)
    people = {*found.writers, found.adopted_by, found.retired_by} - {""}
    return shown(
        request,
        viewer,
        "scheme",
        "schemes",
        refused=refused,
        scheme=found,
        body=found.body,
        names=dict(lines.choices()),
        people=called(session, people),
        steps={each for each in SchemeAction if (SchemeState(found.state), each) in SCHEME},
        wrote=str(viewer.actor) in found.writers,
        simulated=schemes.simulated(session, found),
        month=last_month(),
    )


def _form(
    request: Request,
    viewer: Viewer,
    filled: dict[str, Any],
    action: str,
    refused: Refusal | None = None,
    version: int | None = None,
) -> Response:
    return shown(
        request,
        viewer,
        "scheme_form",
        "schemes",
        refused=refused,
        filled=filled,
        action=action,
        version=version,
        choices=lines.choices(),
        better=terms.better(),
        minimum=terms.number("minimum"),
        confidences=[int(each) for each in Confidence],
        publications=list(Publication),
    )
