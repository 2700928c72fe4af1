"""堵点难点: a year's list by its states, and proposing another."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.problems import measuring, reading, terms, writing
from dispatch.problems.before_after import Aim
from dispatch.problems.reading import Wanted
from dispatch.problems.states import ON_LIST, State
from hotline.console import navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.problems import form
from hotline.console.problems.form import Filled, Typed
from hotline.console.problems.lines import indicator_name, lines
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor
from knowledge import names

PAGE = navigation.PROBLEMS.page
SHOWN = 50

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Writer = Annotated[Viewer, Depends(Seeing(Permission.PROBLEM_WRITE))]
Year = Annotated[int, Query(ge=0, lt=2100)]
Word = Annotated[str, Query(max_length=200)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    year: Year = 0,
    state: Annotated[State | None, Query()] = None,
    on: str = "",
) -> Response:
    """Show a year's problems, this year's without one, the newest first."""
    moment = now()
    which = year or beijing_day(moment).year
    before = decode_cursor(on)
    wanted = Wanted(which, state)
    found = reading.listed(session, wanted, reader=viewer.actor, before=before, limit=SHOWN + 1)
    page = found[:SHOWN]
    last = page[-1] if len(found) > SHOWN else None
    counts = reading.states(session, which, reader=viewer.actor)
    told = {
        "viewer": viewer,
        "as_of": moment,
        "rows": lines(session, page, now=moment),
        "year": which,
        "years": sorted({which, *reading.years(session, reader=viewer.actor)}, reverse=True),
        "state": state,
        "counts": {each: count for each, count in counts.items() if count},
        "taken": sum(counts[each] for each in ON_LIST),
        "places": terms.number("listed_most"),
        "writes": Permission.PROBLEM_WRITE in viewer.may,
        "on": encode_cursor(last.proposed_at, last.id or 0) if last else "",
    }
    return templates.TemplateResponse(request, "problems/list.html", told)


@router.get("/new", response_class=HTMLResponse)
def new(
    viewer: Writer,
    request: Request,
    session: SessionDep,
    matter: Word = "",
    district: Word = "",
) -> Response:
    """Show the form of a problem, its scope filled in where a candidate led here."""
    year = str(beijing_day(now()).year)
    plain = {"matter": matter.replace("\0", ""), "district": district.replace("\0", "")}
    begun = Typed(year=year, owner=viewer.actor.name, **plain)
    return _form(request, session, viewer, begun)


@router.post("", response_class=HTMLResponse)
def propose(viewer: Writer, request: Request, session: SessionDep, typed: Filled) -> Response:
    """提出."""
    made: list[int] = []

    def act() -> None:
        problem = writing.propose(session, typed.plan(), actor=viewer.actor, now=now())
        made.append(problem.id or 0)

    if refused := attempt(session, act):
        return _form(request, session, viewer, typed, refused)
    return RedirectResponse(f"{PAGE}/{made[0]}", status_code=303)


def choices(session: Session) -> dict[str, Any]:
    """Return what a form may choose from."""
    return {
        "indicators": [(each.code, indicator_name(each.code)) for each in measuring.usable()],
        "aims": list(Aim),
        "departments": names.accepting(session),
    }


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    typed: form.Typed,
    refused: Refusal | None = None,
) -> Response:
    told = {
        "viewer": viewer,
        "as_of": now(),
        "typed": typed,
        "goes_to": PAGE,
        "refused": refused,
        **choices(session),
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "problems/new.html", told, status_code=status)
