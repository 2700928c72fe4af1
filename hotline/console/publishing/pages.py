"""公开: releases with their measures; made, checked, published, withdrawn."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col, select

from dispatch.publishing import asking, ladder, months, reading, releasing, shown, stages
from dispatch.publishing.models_publishing import StatisticsMaking, StatisticsRelease
from dispatch.publishing.stages import Asked, Step
from dispatch.publishing.tables import TOTAL
from hotline.console import moments, navigation, story
from hotline.console.administration.frame import Refusal, attempt, in_words
from hotline.console.callings import called
from hotline.console.frame import templates
from hotline.console.one_row import on_row
from hotline.console.publishing import receiver_pages
from hotline.console.publishing.viewers import Publisher
from hotline.console.writes import LARGEST_ROW, Version
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from hotline.core.events import Event
from hotline.web.access import SessionDep
from knowledge import names

PAGE = navigation.PUBLISHING.page
SHOWN = 50

router = APIRouter(prefix=PAGE, include_in_schema=False)
router.include_router(receiver_pages.router)  # `receivers` before any release

Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Publisher, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the releases, the newest made first."""
    return _list(request, session, viewer, before)


@router.post("", response_class=HTMLResponse)
def make(
    viewer: Publisher,
    request: Request,
    session: SessionDep,
    month: Annotated[str, Form(max_length=16)],
) -> Response:
    """生成: let the month's next edition be made; the list shows how far it is."""

    def act() -> None:
        asked = months.read(month.strip())
        asking.ask(session, asked, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _list(request, session, viewer, 0, refused)
    return RedirectResponse(PAGE, status_code=303)


@router.get("/{release_id}", response_class=HTMLResponse)
def one(viewer: Publisher, release_id: int, request: Request, session: SessionDep) -> Response:
    """Show one release: what it gives away, and what may be done with it."""
    return _one(request, session, viewer, _found(session, release_id))


@router.get("/{release_id}/files/{name}")
def file(_viewer: Publisher, release_id: int, name: str, session: SessionDep) -> Response:
    """Return a file as it was made, for whoever checks it."""
    found = reading.file(session, _found(session, release_id), name.replace("\0", ""))
    told = {"Content-Disposition": f'attachment; filename="{release_id}-{found.name}"'}
    return Response(found.body, media_type="application/octet-stream", headers=told)


@router.post("/{release_id}/{step}", response_class=HTMLResponse)
def decide(
    viewer: Publisher,
    release_id: int,
    step: Step,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """核对、公布、撤下、作废."""
    release = _found(session, release_id, lock=True)

    def act(row: StatisticsRelease) -> None:
        releasing.VERBS[step](session, row, actor=viewer.actor, now=now())

    def again(refused: Refusal) -> Response:
        return _one(request, session, viewer, release, refused)

    return on_row(session, release, version, act, back=f"{PAGE}/{release_id}", again=again)


def _found(session: Session, release_id: int, *, lock: bool = False) -> StatisticsRelease:
    if not 0 < release_id <= LARGEST_ROW:
        raise NotFound(f"There is no release {release_id}.")
    return reading.find(session, release_id, lock=lock)


def _list(
    request: Request,
    session: Session,
    viewer: Publisher,
    before: int,
    refused: Refusal | None = None,
) -> Response:
    found = reading.listed(session, before=before, limit=SHOWN + 1)
    makings = [each for each in asking.listed(session) if each.state != Asked.DONE]
    told: dict[str, Any] = {
        "rows": found[:SHOWN],
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
        "month": str(months.before(beijing_day(now()))),
        "makings": [(each, _trouble(each)) for each in makings],
        "people": called(
            session, {each.made_by for each in found} | {each.asked_by for each in makings}
        ),
    }
    return _page(request, "list.html", viewer, refused, **told)


def _trouble(row: StatisticsMaking) -> str:
    return in_words(row.trouble, "refused") or row.trouble


def _one(
    request: Request,
    session: Session,
    viewer: Publisher,
    release: StatisticsRelease,
    refused: Refusal | None = None,
) -> Response:
    sheet = shown.sheet(session, release)
    placed = shown.by_district(session, release)
    held = placed.districts if placed else []
    own = viewer.actor.name in (release.made_by, release.checked_by)
    happened = select(Event).where(Event.chain == f"release:{release.id}").order_by(col(Event.seq))
    told: dict[str, Any] = {
        "release": release,
        "rungs": list(zip(ladder.packaged(), _kept(release), strict=False)),
        "figures": shown.figures(session, release),
        "sheet": sheet,
        "placed": placed,
        "total": TOTAL,
        "places": names.district_names(session, {*sheet.districts, *held}),
        "files": reading.files_of(session, release),
        "steps": _steps(release, own=own),
        "own": own and Step.PUBLISH in stages.possible(release.stage),
        "story": story.tell(session, session.exec(happened).all()),
    }
    return _page(request, "one.html", viewer, refused, **told)


def _kept(release: StatisticsRelease) -> list[int]:
    kept: list[int] = release.measures["records"]["kept_per_step"]
    return kept


def _steps(release: StatisticsRelease, *, own: bool) -> list[Step]:
    """Return what this viewer may do now: nobody publishes what they made or checked."""
    barred = {Step.PUBLISH} if own else set()
    barred |= {Step.CHECK} if release.faults else set()
    return [each for each in stages.possible(release.stage) if each not in barred]


def _page(
    request: Request, template: str, viewer: Publisher, refused: Refusal | None, **told: Any
) -> Response:
    common = {"viewer": viewer, "as_of": now(), "page": PAGE, "refused": refused}
    everything = {**common, "short": moments.short, **told}
    status = refused.status if refused else 200
    path = f"publishing/{template}"
    return templates.TemplateResponse(request, path, everything, status_code=status)
