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
from hotline.console.frame import Seeing, Viewer, templates
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


@router.post("", response_class=HTMLResponse)
def enter(
    viewer: Taker,
    request: Request,
    session: SessionDep,
    number: Annotated[str, Form(max_length=32)],
    satisfaction: Annotated[int, Form(ge=1, le=5)],
    filled_in_on: Annotated[date, Form()],
    contacted: YesNo = "",
    solved: YesNo = "",
    process: Grade = None,
    efficiency: Grade = None,
    convenience: Grade = None,
    attitude: Grade = None,
    experience: Grade = None,
    reason: Annotated[list[Reason], Form()] = [],  # noqa: B006  # never changed
) -> Response:
    """补录; reasons ticked beside a good grade are slips, and left out."""
    grades = dict(
        zip(Aspect, (process, efficiency, convenience, attitude, experience), strict=True)
    )
    said = Judgement(
        satisfaction,
        _YES_NO.get(contacted),
        _YES_NO.get(solved),
        tuple(dict.fromkeys(reason)) if satisfaction <= BAD else (),
        {aspect: grade for aspect, grade in grades.items() if grade is not None},
    )
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
    moment = now()
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": moment,
        "number": number,
        "entered": entered if entered.isdigit() else "",
        "today": beijing_day(moment),
        "grades": list(reversed(GRADES)),
        "aspects": list(Aspect),
        "reasons": list(Reason),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "ratings/paper.html", told, status_code=status)
