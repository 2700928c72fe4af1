"""会商 over HTTP: contested tickets, and who shall answer for them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.handling import arbitration, cases
from dispatch.handling.cases import CaseStatus
from hotline.api.arbitration_views import arbitration_detail, arbitration_out
from hotline.api.fields import RowId
from hotline.api.schemas_arbitrations import ArbitrationDetail, ArbitrationPage, DecideIn
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body, IdempotencyKey, once
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import IfMatch, require_match, tag

router = APIRouter(prefix="/api/v1/arbitrations", tags=["arbitrations"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Arbitrator = Annotated[Actor, Depends(permit(Permission.ARBITRATION_DECIDE))]


@router.get("", operation_id="list_arbitrations", summary="List contested tickets (会商)")
def list_arbitrations(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: CaseStatus | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> ArbitrationPage:
    """Return cases, the longest open first."""
    after = decode_cursor(cursor)
    found = cases.listed(session, status=status, after=after, limit=limit, reader=actor)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.opened_at, last.id or 0) if last else None
    link_next(request, response, following)
    return ArbitrationPage(items=[arbitration_out(session, each) for each in found], next=following)


@router.get("/{case_id}", operation_id="get_arbitration", summary="Read a case (会商)")
def get_arbitration(
    actor: Reader, case_id: RowId, session: SessionDep, response: Response
) -> ArbitrationDetail:
    """Return the case; its ETag is the version of its ticket."""
    shown = arbitration_detail(session, cases.find(session, case_id, reader=actor))
    tag(response, shown.version)
    return shown


@router.post(
    "/{case_id}/decide",
    operation_id="decide_arbitration",
    summary="Decide (裁定)",
    response_model=ArbitrationDetail,
    responses=WRITING,
)
def decide_arbitration(
    actor: Arbitrator,
    case_id: RowId,
    given: DecideIn,
    session: SessionDep,
    response: Response,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Any:
    """裁定: the department gets an order that it can't return, and a precedent is kept."""

    def act() -> ArbitrationDetail:
        case = cases.find(session, case_id, lock=True, reader=actor)
        require_match(if_match, arbitration_detail(session, case).version)
        arbitration.decide(session, case, given.department, given.basis, actor=actor, now=now())
        session.flush()
        return arbitration_detail(session, case)

    def again(kept: Body | None) -> ArbitrationDetail | Body:
        case = cases.find(session, case_id, reader=actor)
        return kept or arbitration_detail(session, case)

    asked = f"arbitration {case_id} {given.model_dump_json()}"
    body = once(session, key, asked, act, actor=actor, now=now(), again=again)
    tag(response, body["version"])
    return body
