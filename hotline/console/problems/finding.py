"""线索: where callers came back most in a period."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.problems import candidates
from dispatch.problems.before_after import Days
from dispatch.problems.candidates import By
from hotline.console import navigation
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.portal import own_periods
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names

PAGE = f"{navigation.PROBLEMS.page}/candidates"

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Day = Annotated[str, Query(max_length=10)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    by: By = By.TICKETS,
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    until: Day = "",
) -> Response:
    """Show the scopes with most, and the way to propose each; the machine proposes none."""
    moment = now()
    period = own_periods.asked(first, until, beijing_day(moment))
    days = Days(period.first, period.last)
    found = candidates.find(session, days, by, year=period.last.year, reader=viewer.actor)
    told = {
        "viewer": viewer,
        "as_of": moment,
        "period": period,
        "by": by,
        "ways": list(By),
        "rows": found,
        "places": names.district_names(session, {each.district for each in found}),
        "writes": Permission.PROBLEM_WRITE in viewer.may,
    }
    return templates.TemplateResponse(request, "problems/candidates.html", told)
