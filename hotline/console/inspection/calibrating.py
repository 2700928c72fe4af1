"""校准: the same work given blind to several inspectors, and how far they agree."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.inspection import calibrations, inspections
from dispatch.inspection.calibrations import Wish
from dispatch.inspection.models_inspection import Calibration
from hotline.console import moments
from hotline.console.administration.frame import Refusal, plain
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.inspection.choosing import inspectors
from hotline.console.inspection.frame import Planner, Row, Short, Texts, shown, tried
from hotline.console.words import reading
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.web.access import SessionDep

router = APIRouter(prefix="/calibrations", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(viewer: Planner, request: Request, session: SessionDep) -> Response:
    """Show the calibrations and the form that opens one."""
    return _list(request, session, viewer)


@router.post("", response_class=HTMLResponse)
def open_one(
    viewer: Planner,
    request: Request,
    session: SessionDep,
    title: Short,
    items: Annotated[str, Form(max_length=500)],
    inspector: Texts = [],  # noqa: B006  # never changed
) -> Response:
    """开始校准: the numbers of inspections, parted by blanks, commas or 、."""

    def act() -> None:
        numbers = _numbers(items)
        found = [inspections.find(session, each, reader=viewer.actor) for each in numbers]
        wish = Wish(plain(title), numbers, [plain(each) for each in inspector])
        calibrations.open_one(session, wish, found, actor=viewer.actor, now=now())

    return tried(
        session, act, "/calibrations", lambda refused: _list(request, session, viewer, refused)
    )


@router.get("/{calibration_id}", response_class=HTMLResponse)
def one(viewer: Planner, calibration_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one calibration: who has submitted, then how far they agree."""
    return _one(request, session, viewer, calibrations.find(session, calibration_id))


@router.post("/{calibration_id}/close", response_class=HTMLResponse)
def close(viewer: Planner, calibration_id: Row, request: Request, session: SessionDep) -> Response:
    """结束校准."""
    row = calibrations.find(session, calibration_id, lock=True)

    def act() -> None:
        calibrations.close(session, row, actor=viewer.actor, now=now())

    def again(refused: Refusal) -> Response:
        session.refresh(row)
        return _one(request, session, viewer, row, refused)

    return tried(session, act, f"/calibrations/{calibration_id}", again)


def _numbers(text: str) -> list[int]:
    """Return the numbers that are written; raise Invalid for anything else."""
    parts = text.replace("、", " ").replace("，", " ").replace(",", " ").split()
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise Invalid("An item is no inspection's number.", remedy="Write numbers.")
    numbers = list(dict.fromkeys(int(part) for part in parts))
    if any(not 0 < each <= LARGEST_ROW for each in numbers):
        raise Invalid("An item is no inspection's number.", remedy="Write numbers.")
    return numbers


def _list(
    request: Request, session: Session, viewer: Viewer, refused: Refusal | None = None
) -> Response:
    found = calibrations.listed(session)
    return shown(
        request,
        viewer,
        "calibrations",
        "calibrations",
        refused=refused,
        rows=[(each, moments.short(each.opened_at)) for each in found],
        inspectors=inspectors(session),
    )


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    row: Calibration,
    refused: Refusal | None = None,
) -> Response:
    card = calibrations.card_of(session, row)
    words = {each.code: each.said(reading().code) for each in (*card.criteria, *card.fatal)}
    return shown(
        request,
        viewer,
        "calibration",
        "calibrations",
        refused=refused,
        row=row,
        people=called(session, set(row.inspectors)),
        done=_done_by(session, row),
        ready=not calibrations.awaited(session, row),
        words=words,
        results=calibrations.results(session, row),
    )


def _done_by(session: Session, row: Calibration) -> dict[str, int]:
    """Return how many sheets each inspector submitted."""
    done = dict.fromkeys(row.inspectors, 0)
    for each in calibrations.sheets(session, row):
        done[each.inspector] += each.submitted_at is not None
    return done
