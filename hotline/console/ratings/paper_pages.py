"""纸质补录: what stands on a requester's paper, taken down by staff."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.callback.callback_ends import BAD
from dispatch.ratings import paper
from dispatch.ratings.contents import Aspect
from dispatch.requesters.ratings import GRADES, Judgement, Reason
from hotline.console import navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.frame import Seeing, Viewer
from hotline.console.ratings.frame import shown
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep

PAGE = f"{navigation.RATINGS.page}/paper"
_YES_NO = {"yes": True, "no": False}

router = APIRouter(prefix=PAGE, include_in_schema=False)

Taker = Annotated[Viewer, Depends(Seeing(Permission.RATING_VERIFY))]
Grade = Annotated[int | None, Form(ge=1, le=5)]
YesNo = Annotated[str, Form(max_length=8)]


@router.get("", response_class=HTMLResponse)
def form(viewer: Taker, request: Request, number: str = "", entered: str = "") -> Response:
    """Show the form."""
    return _form(request, viewer, number, entered)


def graded(
    process: Grade = None,
    efficiency: Grade = None,
    convenience: Grade = None,
    attitude: Grade = None,
    experience: Grade = None,
) -> dict[Aspect, int]:
    """Return the aspects that were graded; the others are left open."""
    given = zip(Aspect, (process, efficiency, convenience, attitude, experience), strict=True)
    return {aspect: grade for aspect, grade in given if grade is not None}


def judged(
    grades: Annotated[dict[Aspect, int], Depends(graded)],
    satisfaction: Annotated[int, Form(ge=1, le=5)],
    contacted: YesNo = "",
    solved: YesNo = "",
    reason: Annotated[list[Reason], Form()] = [],  # noqa: B006  # never changed
) -> Judgement:
    """Return what stands on the paper; reasons ticked beside a good grade are slips, left out."""
    reasons = tuple(dict.fromkeys(reason)) if satisfaction <= BAD else ()
    yes_no = _YES_NO.get(contacted), _YES_NO.get(solved)
    return Judgement(satisfaction, *yes_no, reasons, grades)


@router.post("", response_class=HTMLResponse)
def enter(
    viewer: Taker,
    request: Request,
    session: SessionDep,
    number: Annotated[str, Form(max_length=32)],
    filled_in_on: Annotated[date, Form()],
    said: Annotated[Judgement, Depends(judged)],
) -> Response:
    """补录."""
    written = number.replace("\0", "").strip()
    refused = attempt(session, lambda: _enter(session, viewer, written, said, filled_in_on))
    if refused:
        return _form(request, viewer, written, "", refused)
    return RedirectResponse(f"{PAGE}?entered={written}", status_code=303)


def _enter(session: Session, viewer: Viewer, number: str, said: Judgement, day: date) -> None:
    ticket = tickets.find(session, number, lock=True, reader=viewer.actor)
    paper.enter(session, ticket, said, day, actor=viewer.actor, now=now())


def _form(
    request: Request,
    viewer: Viewer,
    number: str,
    entered: str,
    refused: Refusal | None = None,
) -> Response:
    told: dict[str, Any] = {
        "number": number,
        "entered": entered if entered.isdigit() else "",
        "today": beijing_day(now()),
        "grades": list(reversed(GRADES)),
        "aspects": list(Aspect),
        "reasons": list(Reason),
    }
    return shown(request, viewer, "paper", refused=refused, **told)
