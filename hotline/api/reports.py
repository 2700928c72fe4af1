"""报告 over HTTP: asked for, remarked on, signed by somebody else, sent, archived; its files."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.reports import drafting, life, reading
from dispatch.reports.drafting import Wanted
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import Form, ReportKind, ReportState
from hotline.api.fields import LARGEST_ROW, RowId
from hotline.api.schemas_reports import (
    DistributeIn,
    DocumentDetail,
    DocumentIn,
    DocumentOut,
    DocumentPage,
    FileOut,
    ReceiptOut,
    ReceiptPage,
    RemarkIn,
    RemarkOut,
    WithdrawIn,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web import report_files, unchanged
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Maker = Annotated[Actor, Depends(permit(Permission.REPORT_MANAGE))]
Signer = Annotated[Actor, Depends(permit(Permission.REPORT_SIGN))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Limit = Annotated[int, Query(ge=1, le=200)]


class Write:
    """One write on the report that the path names."""

    def __init__(self, report_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, report_id

    def do(self, act: Callable[[Report], object], actor: Actor, given: str) -> Any:
        """Return the report as `act` leaves it, or the answer kept under the same key."""

        def find() -> Report:
            return reading.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, detail, actor, given)


ReportWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_report_documents", summary="List reports (报告)")
def list_report_documents(
    actor: Reader,
    session: SessionDep,
    kind: ReportKind | None = None,
    state: ReportState | None = None,
    year: Annotated[int, Query(ge=0, le=2099)] = 0,
    before: Before = 0,
    limit: Limit = 50,
) -> DocumentPage:
    """Return the reports within the reader's reach and those sent to them, the newest first."""
    wanted = reading.Wanted(kind, state, year)
    rows = reading.listed(session, wanted, reader=actor, before=before, limit=limit)
    more = rows[-1].id if len(rows) == limit else None
    return DocumentPage(items=[DocumentOut.model_validate(row) for row in rows], next=more)


@router.post(
    "",
    operation_id="draft_report",
    status_code=201,
    summary="Ask for a report (起草)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def draft_report(actor: Maker, given: DocumentIn, write: Writing) -> Any:
    """起草: its figures are frozen by a job; it is `preparing` until then, a draft after."""
    to = tuple(each.model_dump(mode="json") for each in given.recipients)
    wanted = Wanted(given.kind, given.template, given.since, given.until, to)

    def act() -> DocumentDetail:
        return detail(write.session, drafting.ask(write.session, wanted, actor=actor, now=now()))

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.get(
    "/{report_id}",
    operation_id="get_report_document",
    summary="Read a report, or one of its files by `form` or Accept",
    response_model=DocumentDetail,
    responses={
        200: {"content": {form.media_type: {} for form in Form}},
        304: {"description": "It has not changed."},
    },
)
def get_report_document(
    actor: Reader,
    report_id: RowId,
    session: SessionDep,
    request: Request,
    response: Response,
    form: Form | None = None,
    if_none_match: unchanged.Known = "",
) -> Any:
    """Return the report; a signed one in a form is the kept file, its SHA-256 the ETag.

    Of a draft every form is written anew and marked as a draft (409 without figures yet).
    """
    report = reading.find(session, report_id, reader=actor)
    form = form or _accepted(request.headers.get("accept", ""))
    if form:
        return report_files.answer(session, report, form, reader=actor, known=if_none_match)
    tag(response, report.version)
    return detail(session, report)


def _accepted(accept: str) -> Form | None:
    """Return the form that is asked for by name; a browser's list of everything asks for none."""
    asked = [each.partition(";")[0].strip() for each in accept.split(",")]
    return next((form for form in Form if asked == [form.media_type]), None)


@router.get(
    "/{report_id}/receipts",
    operation_id="list_report_receipts",
    summary="Whom a report went to, and when they opened it",
)
def list_report_receipts(
    actor: Reader,
    report_id: RowId,
    session: SessionDep,
    after: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    limit: Limit = 50,
) -> ReceiptPage:
    """Return the receipts by the recipients' names (`person:…`, `department:…`)."""
    report = reading.find(session, report_id, reader=actor)
    rows = reading.receipts(session, report, after=after, limit=limit)
    more = rows[-1].recipient if len(rows) == limit else None
    return ReceiptPage(items=[ReceiptOut.model_validate(row) for row in rows], next=more)


@router.post(
    "/{report_id}/remarks",
    operation_id="remark_on_report",
    summary="Add a remark to a draft (研判)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def remark_on_report(actor: Maker, write: ReportWrite, given: RemarkIn) -> Any:
    """研判: in place of one's last remark; an empty one takes it back. Who writes does not sign."""

    def act(report: Report) -> None:
        life.remark(write.session, report, given.text, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{report_id}/retry",
    operation_id="retry_report",
    summary="Have a failed report tried again (重试)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def retry_report(actor: Maker, write: ReportWrite) -> Any:
    """重试: by the newest version of its template; it is `preparing` again."""

    def act(report: Report) -> None:
        life.retry(write.session, report, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{report_id}/sign",
    operation_id="sign_report",
    summary="Sign a report off (签发)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def sign_report(actor: Signer, write: ReportWrite) -> Any:
    """签发: by somebody else than who wrote it; it goes to its list at once, if it has one."""

    def act(report: Report) -> None:
        life.sign(write.session, report, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{report_id}/distribute",
    operation_id="distribute_report",
    summary="Send a signed report (分发)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def distribute_report(actor: Signer, write: ReportWrite, given: DistributeIn) -> Any:
    """分发: once, to this list."""
    to = [each.model_dump(mode="json") for each in given.recipients]

    def act(report: Report) -> None:
        life.distribute(write.session, report, to, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{report_id}/archive",
    operation_id="archive_report",
    summary="Archive a report (归档)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def archive_report(actor: Signer, write: ReportWrite) -> Any:
    """归档: it stays readable, and is not withdrawn any more."""

    def act(report: Report) -> None:
        life.archive(write.session, report, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{report_id}/withdraw",
    operation_id="withdraw_report",
    summary="Withdraw a report (撤回)",
    response_model=DocumentDetail,
    responses=WRITING,
)
def withdraw_report(actor: Signer, write: ReportWrite, given: WithdrawIn) -> Any:
    """撤回: with a reason; who it went to reads it no more."""

    def act(report: Report) -> None:
        life.withdraw(write.session, report, given.reason, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def detail(session: Session, report: Report) -> DocumentDetail:
    """Return the report with its remarks and its files."""
    return DocumentDetail(
        **DocumentOut.model_validate(report).model_dump(),
        remarks=[RemarkOut.model_validate(each) for each in reading.remarks(session, report)],
        files=[FileOut.model_validate(each) for each in reading.files(session, report)],
    )
