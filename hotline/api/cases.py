"""案例库 over HTTP: searched and read, written, submitted, and published by somebody else."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.cases import life, reading, sources, writing
from dispatch.cases.models_cases import CaseText, WorkedCase
from dispatch.cases.reading import Wanted
from dispatch.cases.states import OF_PUBLISHERS, Action, Kind, Status
from dispatch.cases.writing import Wording
from hotline.api.fields import RowId, Text
from hotline.api.schemas_cases import (
    CaseDecisionIn,
    CaseSubmissionIn,
    CaseTextOut,
    CaseTextPage,
    FindingOut,
    WorkedCaseIn,
    WorkedCaseOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/cases", tags=["cases"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Writer = Annotated[Actor, Depends(permit(Permission.CASE_WRITE))]
Publisher = Annotated[Actor, Depends(permit(Permission.CASE_PUBLISH))]


class Write:
    """One write on the case that the path names."""

    def __init__(self, worked_case: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, worked_case

    def do(self, act: Callable[[WorkedCase], object], actor: Actor, given: str) -> Any:
        """Return the case as `act` leaves it, or the answer kept under the same key."""

        def find() -> WorkedCase:
            return reading.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, shown_to(actor), actor, given)


CaseWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_cases", summary="Search cases (案例库)")
def list_cases(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    words: Text = "",
    matter: Text = "",
    kind: Kind | None = None,
    status: Status = Status.PUBLISHED,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> CaseTextPage:
    """Return texts that have all these words, those written last first.

    Other than published ones are shown to whoever writes cases.
    """
    wanted, before = Wanted(words, matter, kind, status), decode_cursor(cursor)
    found = reading.listed(session, wanted, reader=actor, before=before, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.written_at, last.id or 0) if last else None
    link_next(request, response, following)
    return CaseTextPage(items=[CaseTextOut.model_validate(each) for each in found], next=following)


@router.get("/{worked_case}", operation_id="get_case", summary="Read a case")
def get_case(
    actor: Reader, worked_case: RowId, session: SessionDep, response: Response
) -> WorkedCaseOut:
    """Return the case with its texts, the newest first."""
    case = reading.find(session, worked_case, reader=actor)
    tag(response, case.version)
    return shown_to(actor)(session, case)


@router.post(
    "",
    operation_id="create_case",
    summary="Write a case",
    response_model=WorkedCaseOut,
    responses=WRITING,
    status_code=201,
)
def create_case(actor: Writer, given: WorkedCaseIn, write: Writing) -> Any:
    """写案例: from closed tickets that are neither confidential, sealed nor reports."""

    def act() -> WorkedCaseOut:
        made = writing.create(write.session, _wording(given), actor=actor, now=now())
        return shown_to(actor)(write.session, made)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.put(
    "/{worked_case}",
    operation_id="write_case",
    summary="Write a case on",
    response_model=WorkedCaseOut,
    responses=WRITING,
)
def write_case(actor: Writer, write: CaseWrite, given: WorkedCaseIn) -> Any:
    """The draft, or the next text of a case that is published."""

    def act(case: WorkedCase) -> None:
        writing.write(write.session, case, _wording(given), actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{worked_case}/submission",
    operation_id="submit_case",
    summary="Submit a case (送审)",
    response_model=WorkedCaseOut,
    responses=WRITING,
)
def submit_case(actor: Writer, write: CaseWrite, given: CaseSubmissionIn) -> Any:
    """送审: somebody else judges it."""

    def act(case: WorkedCase) -> None:
        life.act(write.session, case, given.text, Action.SUBMIT, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{worked_case}/decision",
    operation_id="decide_case",
    summary="Publish, send back or withdraw a case",
    response_model=WorkedCaseOut,
    responses=WRITING,
)
def decide_case(actor: Publisher, write: CaseWrite, given: CaseDecisionIn) -> Any:
    """发布、退回或撤下: published by nobody who wrote in it."""
    if given.action not in OF_PUBLISHERS:
        raise Invalid("This is no decision on a case.", remedy="Publish or send it back.")

    def act(case: WorkedCase) -> None:
        life.act(
            write.session,
            case,
            given.text,
            given.action,
            given.reason,
            confirmed=given.confirmed,
            actor=actor,
            now=now(),
        )

    return write.do(act, actor, given.model_dump_json())


def shown_to(actor: Actor) -> Callable[[Session, WorkedCase], WorkedCaseOut]:
    """Return how a case is shown to this reader."""

    def show(session: Session, case: WorkedCase) -> WorkedCaseOut:
        texts = reading.texts(session, case, reader=actor)
        return WorkedCaseOut(
            id=case.id or 0,
            version=case.version,
            district=case.district,
            tickets=[each.number for each in sources.of(session, case, reader=actor)],
            texts=[CaseTextOut.model_validate(each) for each in texts],
            to_confirm=[
                FindingOut.model_validate(found)
                for row in texts
                if _waits(row)
                for found in life.to_confirm(row)
            ],
        )

    return show


def _waits(row: CaseText) -> bool:
    return row.status in (Status.REVIEW, Status.RECALLED)


def _wording(given: WorkedCaseIn) -> Wording:
    return Wording(**given.model_dump())
