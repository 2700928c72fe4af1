"""What is asked once more before it is done: a rating, and that a ticket be kept confidential."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.callback.callback_ends import BAD
from dispatch.requesters import confiding, ratings
from dispatch.requesters.ratings import Judgement, Reason
from hotline.core.clock import now
from hotline.public.door import PREFIX, Opened, Reader, Writer, Writing, form_token, go_to, show
from hotline.public.grading import Graded

router = APIRouter(prefix="/t", include_in_schema=False, default_response_class=HTMLResponse)

Checked = Annotated[Opened, Depends(Writing())]  # a form of ours, by which nothing is changed yet
YesNo = Annotated[bool | None, Form()]


@router.post("/{number}/rating/check")
def check_rating(
    request: Request,
    opened: Checked,
    satisfaction: Annotated[int, Form(ge=ratings.GRADES.start, lt=ratings.GRADES.stop)],
    graded: Annotated[Graded, Depends()],
    contacted: YesNo = None,
    solved: YesNo = None,
    reason: Annotated[Sequence[Reason], Form()] = (),
) -> Response:
    """评价确认: show what would be kept, and what comes of a bad one; nothing is kept."""
    if ratings.open_round(opened.session, opened.ticket) is None:
        return go_to(opened.ticket.number, "#rated")
    reasons = tuple(dict.fromkeys(reason)) if satisfaction <= BAD else ()
    return show(
        request,
        "rate_check.html",
        path=f"{PREFIX}{opened.ticket.number}",
        ticket=opened.ticket,
        said=Judgement(satisfaction, contacted, solved, reasons, graded.said()),
        bad=satisfaction <= BAD,
        token=form_token(opened.key),
    )


@router.get("/{number}/confidential")
def ask_to_confide(request: Request, opened: Reader) -> Response:
    """Say what it gives and what it takes before anything is changed."""
    if not confiding.may_ask(opened.session, opened.ticket):
        return go_to(opened.ticket.number)
    token = form_token(opened.key)
    return show(request, "confidential.html", ticket=opened.ticket, token=token)


@router.post("/{number}/confidential")
def confide(opened: Writer) -> Response:
    """保密: from now on, whoever asked twice."""
    confiding.keep_secret(opened.session, opened.ticket, now=now())
    return go_to(opened.ticket.number)
