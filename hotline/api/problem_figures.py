"""What a problem rests on, over HTTP: candidates, figures before and after, the scope's tickets."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.problems import candidates, measuring, reading, verifying
from dispatch.problems.before_after import Days
from dispatch.problems.candidates import By
from hotline.api.fields import RowId
from hotline.api.indicators import Asked
from hotline.api.schemas import TicketSummary
from hotline.api.schemas_problems import (
    BeforeAfterOut,
    CandidateList,
    CandidateOut,
    ScopeTicketPage,
)
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next, row_after
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/problems", tags=["problems"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]


@router.get(
    "/candidates", operation_id="list_problem_candidates", summary="Where callers come back most"
)
def list_problem_candidates(
    actor: Reader, session: SessionDep, period: Asked, by: By = By.TICKETS
) -> CandidateList:
    """Return the scopes with most tickets, with most unsolved, or with most repeated calls.

    `listed` looks at the list of the year in which the period ends.
    """
    days, year = Days(period.first, period.last), period.last.year
    found = candidates.find(session, days, by, year=year, reader=actor)
    return CandidateList(items=[CandidateOut.model_validate(each) for each in found])


@router.get(
    "/{problem_id}/comparison",
    operation_id="compare_problem",
    summary="A problem's figure before and after",
)
def compare_problem(actor: Reader, problem_id: RowId, session: SessionDep) -> BeforeAfterOut:
    """Return both periods as they stand now; whether the later one is over is its last day's."""
    problem = reading.find(session, problem_id, reader=actor)
    return BeforeAfterOut.model_validate(verifying.seen_so_far(session, problem, now=now()))


@router.get(
    "/{problem_id}/tickets", operation_id="list_problem_tickets", summary="A problem's tickets"
)
def list_problem_tickets(
    actor: Reader,
    problem_id: RowId,
    session: SessionDep,
    request: Request,
    response: Response,
    since: date | None = None,
    until: date | None = None,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> ScopeTicketPage:
    """Return the scope's tickets of these days, the baseline's without any, the newest first."""
    problem = reading.find(session, problem_id, reader=actor)
    days = Days(since or problem.baseline_first, until or problem.baseline_last)
    before = row_after(cursor)
    found = measuring.tickets(session, problem, days, reader=actor, before=before, limit=limit)
    following = str(found[-1].id) if len(found) == limit else None
    link_next(request, response, following)
    return ScopeTicketPage(
        items=[TicketSummary.model_validate(each) for each in found], next=following
    )
