"""热点预警 over HTTP: what is hot, whose it is, what was decided, and how often it was right."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.hot import alerts, deciding, precision
from dispatch.hot.alerts import Wanted
from dispatch.hot.deciding import Verdict
from dispatch.hot.models_hot import HotAlert
from dispatch.hot.states import State
from hotline.api.fields import Code, Instant, RowId
from hotline.api.schemas import TicketSummary
from hotline.api.schemas_hot_issues import (
    HotDecisionIn,
    HotIssueDetail,
    HotIssueOut,
    HotIssuePage,
    HotOwnerIn,
    HotPrecisionOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/hot-issues", tags=["hot issues"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.HOT_READ))]
Decider = Annotated[Actor, Depends(permit(Permission.HOT_DECIDE))]


@router.get("", operation_id="list_hot_issues", summary="List hot issues (热点预警)")
def list_hot_issues(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    state: State | None = None,
    owner: Code = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> HotIssuePage:
    """Return the alerts of the reader's area, the newest first."""
    wanted = Wanted((state,) if state else (), owner)
    found = alerts.listed(session, wanted, reader=actor, before=decode_cursor(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.raised_at, last.id or 0) if last else None
    link_next(request, response, following)
    return HotIssuePage(items=[HotIssueOut.model_validate(each) for each in found], next=following)


@router.get(
    "/precision",
    operation_id="measure_hot_issues",
    summary="How many alerts were right (预警准确率)",
)
def measure_hot_issues(
    actor: Reader, session: SessionDep, since: Instant, until: Instant
) -> HotPrecisionOut:
    """Return the figures of a period: raised in it, decided in it, and of these confirmed."""
    found = precision.between(session, since, until, reader=actor)
    return HotPrecisionOut.model_validate(found)


@router.get("/{issue_id}", operation_id="get_hot_issue", summary="Read a hot issue")
def get_hot_issue(
    actor: Reader, issue_id: RowId, session: SessionDep, response: Response
) -> HotIssueDetail:
    """Return the alert with those of its tickets that the reader may see."""
    alert = alerts.find(session, issue_id, reader=actor)
    tag(response, alert.version)
    return _shown(actor)(session, alert)


@router.post(
    "/{issue_id}/owner",
    operation_id="assign_hot_issue",
    summary="Name who decides on a hot issue (指定责任人)",
    response_model=HotIssueDetail,
    responses=WRITING,
)
def assign_hot_issue(actor: Decider, issue_id: RowId, given: HotOwnerIn, write: Writing) -> Any:
    """指定责任人: a team lead or a supervisor of its place, in place of whom the machine chose."""

    def act(alert: HotAlert) -> None:
        alerts.assign(write.session, alert, given.owner, actor=actor, now=now())

    return write.change(
        _locked(write.session, issue_id, actor), act, _shown(actor), actor, given.model_dump_json()
    )


@router.post(
    "/{issue_id}/decision",
    operation_id="decide_hot_issue",
    summary="Decide on a hot issue (处置)",
    response_model=HotIssueDetail,
    responses=WRITING,
)
def decide_hot_issue(actor: Decider, issue_id: RowId, given: HotDecisionIn, write: Writing) -> Any:
    """处置: merge its tickets, tell departments, or do nothing; a false alarm is marked as one."""
    verdict = Verdict(
        given.decision,
        given.reason,
        given.false_alarm,
        given.main,
        given.members or (),
        given.departments,
    )

    def act(alert: HotAlert) -> None:
        deciding.decide(write.session, alert, verdict, actor=actor, now=now())

    return write.change(
        _locked(write.session, issue_id, actor), act, _shown(actor), actor, given.model_dump_json()
    )


def _locked(session: Session, issue_id: int, actor: Actor) -> Callable[[], HotAlert]:
    return lambda: alerts.find(session, issue_id, reader=actor, lock=True)


def _shown(actor: Actor) -> Callable[[Session, HotAlert], HotIssueDetail]:
    def show(session: Session, alert: HotAlert) -> HotIssueDetail:
        mine = alerts.tickets(session, alert, reader=actor)
        told = HotIssueOut.model_validate(alert).model_dump()
        return HotIssueDetail(**told, tickets=[TicketSummary.model_validate(each) for each in mine])

    return show
