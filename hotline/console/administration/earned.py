"""自动派单: what each catalogue entry has earned, how it does, and the switch of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.routing import earning, earning_rules, watching
from dispatch.routing.earning_rules import LONGEST_REASON, Heard
from dispatch.routing.watching import Line, Watched
from hotline.console import moments
from hotline.console.administration.areas import MODELS
from hotline.console.administration.frame import Refusal, RuleChanger, RuleReader, attempt, shown
from hotline.console.callings import called
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.web.access import SessionDep
from knowledge import stored
from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER

PAGE = f"{MODELS.page}/earned"

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reason = Annotated[str, Form(max_length=LONGEST_REASON)]


@dataclass(frozen=True)
class Shown:
    """One entry as its row says it."""

    id: int
    matter: str
    district: str
    department: str
    heard: str
    state: str
    since: str
    threshold: str
    outcomes: int
    bound: str
    short: str
    automatic: int
    precision: str
    reason: str
    by: str


@router.get("", response_class=HTMLResponse)
def show(viewer: RuleReader, request: Request, session: SessionDep) -> Response:
    """Show the figures and the entries."""
    return _shown(request, viewer, session)


@router.post("/{entry_id}/off")
def off(
    viewer: RuleChanger, entry_id: int, request: Request, session: SessionDep, reason: Reason = ""
) -> Response:
    """人工停用."""
    return _switched(request, viewer, session, entry_id, reason, earning.switch_off)


@router.post("/{entry_id}/on")
def on(
    viewer: RuleChanger, entry_id: int, request: Request, session: SessionDep, reason: Reason = ""
) -> Response:
    """恢复: by its outcomes it may earn it again."""
    return _switched(request, viewer, session, entry_id, reason, earning.switch_on)


def _switched(
    request: Request,
    viewer: Viewer,
    session: Session,
    entry_id: int,
    reason: str,
    switch: Callable[..., object],
) -> Response:
    if not 0 < entry_id <= LARGEST_ROW:
        raise NotFound(f"No entry {entry_id} earns dispatch.")
    earning.find(session, entry_id)

    def act() -> None:
        try:
            switch(session, entry_id, reason, actor=viewer.actor, now=now())
        except Invalid as error:
            raise Misfilled(say("model_refused.no_reason")) from error
        except Conflict as error:
            raise Misfilled(say("earned.moved_on")) from error

    if refused := attempt(session, act):
        return _shown(request, viewer, session, refused)
    return RedirectResponse(PAGE, status_code=303)


def _shown(
    request: Request, viewer: Viewer, session: Session, refused: Refusal | None = None
) -> Response:
    directory, lines = stored.current(session), watching.entries(session, now=now())
    people = called(session, {line.entry.by for line in lines})
    return shown(
        request,
        viewer,
        "earned",
        MODELS,
        refused=refused,
        watched=_figures(watching.overall(session, now=now())),
        rules=[(each.value, rule) for each, rule in earning_rules.current(session).items()],
        entries=[_line(directory, line, people) for line in lines],
    )


def _figures(found: Watched) -> dict[str, str]:
    return {
        "proposed": str(found.proposed),
        "share": f"{found.share:.1%}",
        "decided": str(found.decided),
        "precision": _share(found.precision),
        "bound": f"{found.bound:.1%}" if found.decided else "—",
    }


def _line(directory: Directory, line: Line, people: dict[str, str]) -> Shown:
    row = line.entry
    return Shown(
        id=row.id or 0,
        matter=_matter(directory, row.matter_code),
        district=_district(directory, row.district_code),
        department=_department(directory, row.department),
        heard=Heard.of(row.spoken).value,
        state=row.state,
        since=moments.short(row.since),
        threshold="—" if row.threshold is None else f"{row.threshold:.0%}",
        outcomes=row.outcomes,
        bound=f"{line.bound:.1%}" if row.outcomes else "—",
        short=row.short,
        automatic=line.watched.automatic,
        precision=_share(line.watched.precision),
        reason=row.reason,
        by=people.get(row.by, row.by),
    )


def _matter(directory: Directory, code: str) -> str:
    found = directory.matters.get(code)
    if code == ANY_MATTER:
        return say("earned.any_matter")
    return " / ".join(filter(None, found.category)) if found else code


def _district(directory: Directory, code: str) -> str:
    found = directory.districts.get(code)
    return found.name_zh if found else code


def _department(directory: Directory, code: str) -> str:
    found = directory.departments.get(code)
    return found.name if found else code


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
