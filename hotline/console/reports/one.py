"""一份报告: what it says in every form, and what may be done with it where it stands."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.reports import life, reading
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import Form as As
from hotline.console.administration.frame import attempt, require_fresh
from hotline.console.frame import Viewer
from hotline.console.reports import one_view
from hotline.console.reports.frame import PAGE, ListGiven, Maker, Reader, Signer
from hotline.console.writes import LARGEST_ROW, Version, Words
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web import report_files
from hotline.web.access import SessionDep

router = APIRouter(prefix=PAGE, include_in_schema=False)

After = Annotated[str, Query(max_length=200)]


@router.get("/{report_id}", response_class=HTMLResponse)
def show(
    viewer: Reader, report_id: int, request: Request, session: SessionDep, after: After = ""
) -> Response:
    """Show the report's state, its files, remarks and receipts."""
    report = _found(session, viewer, report_id)
    return one_view.page(request, session, viewer, report, after=after.replace("\0", ""))


@router.get("/{report_id}/as/{form}")
def file(viewer: Reader, report_id: int, form: As, session: SessionDep) -> Response:
    """Give the report in one form: the kept file, or what the draft says now."""
    report = _found(session, viewer, report_id)
    return report_files.answer(session, report, form, reader=viewer.actor)


@router.post("/{report_id}/remark", response_class=HTMLResponse)
def remark(
    viewer: Maker,
    report_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    text: Words = "",
) -> Response:
    """研判."""

    def act(report: Report) -> None:
        said = text.replace("\0", "")
        life.remark(session, report, said, actor=viewer.actor, now=now())

    return _done(request, session, viewer, report_id, version, act)


@router.post("/{report_id}/retry", response_class=HTMLResponse)
def retry(
    viewer: Maker, report_id: int, request: Request, session: SessionDep, version: Version
) -> Response:
    """重试."""

    def act(report: Report) -> None:
        life.retry(session, report, actor=viewer.actor, now=now())

    return _done(request, session, viewer, report_id, version, act)


@router.post("/{report_id}/sign", response_class=HTMLResponse)
def sign(
    viewer: Signer, report_id: int, request: Request, session: SessionDep, version: Version
) -> Response:
    """签发."""

    def act(report: Report) -> None:
        life.sign(session, report, actor=viewer.actor, now=now())

    return _done(request, session, viewer, report_id, version, act)


@router.post("/{report_id}/distribute", response_class=HTMLResponse)
def distribute(
    viewer: Signer,
    report_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    to: ListGiven,
) -> Response:
    """分发."""

    def act(report: Report) -> None:
        life.distribute(session, report, to.entries(session), actor=viewer.actor, now=now())

    return _done(request, session, viewer, report_id, version, act)


@router.post("/{report_id}/archive", response_class=HTMLResponse)
def archive(
    viewer: Signer, report_id: int, request: Request, session: SessionDep, version: Version
) -> Response:
    """归档."""

    def act(report: Report) -> None:
        life.archive(session, report, actor=viewer.actor, now=now())

    return _done(request, session, viewer, report_id, version, act)


@router.post("/{report_id}/withdraw", response_class=HTMLResponse)
def withdraw(
    viewer: Signer,
    report_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """撤回."""

    def act(report: Report) -> None:
        said = reason.replace("\0", "")
        life.withdraw(session, report, said, actor=viewer.actor, now=now())

    return _done(request, session, viewer, report_id, version, act)


def _found(session: Session, viewer: Viewer, report_id: int, *, lock: bool = False) -> Report:
    if not 0 < report_id <= LARGEST_ROW:
        raise NotFound(f"There is no report {report_id}.")
    return reading.find(session, report_id, reader=viewer.actor, lock=lock)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    report_id: int,
    version: int,
    act: Callable[[Report], None],
) -> Response:
    report = _found(session, viewer, report_id, lock=True)

    def try_it() -> None:
        require_fresh(str(version), str(report.version))
        act(report)

    if refused := attempt(session, try_it):
        session.refresh(report)
        return one_view.page(request, session, viewer, report, refused)
    return RedirectResponse(f"{PAGE}/{report_id}", status_code=303)
