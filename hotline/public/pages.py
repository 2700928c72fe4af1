"""The ticket's own page and its forms; whatever changes something is a POST."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.callback.callback_ends import BAD
from dispatch.ending.withdrawals import Wish
from dispatch.ratings.contents import Aspect
from dispatch.requesters import additions, answering, links, progress, ratings, withdrawing
from dispatch.requesters.ratings import GRADES, Judgement, Reason
from dispatch.states import TicketStatus
from hotline.core.clock import now
from hotline.public.door import (
    COOKIE,
    Opened,
    Reader,
    Writer,
    form_token,
    go_to,
    keep_key,
    show,
    via_of,
)
from hotline.public.grading import Graded
from hotline.web.access import SessionDep

router = APIRouter(prefix="/t", include_in_schema=False, default_response_class=HTMLResponse)

LARGEST_ROW = 2**31 - 1  # what the database counts to

YesNo = Annotated[bool | None, Form()]


@router.get("/{number}")
def page(
    request: Request, number: str, session: SessionDep, key: str = "", via: str = ""
) -> Response:
    """Show the ticket to who holds its link; a key in the address is put out of sight first.

    Whoever scanned its code (`via`) and holds none has one sent, which remembers that.
    """
    if key:
        links.hold(session, number, key, now=now())
        answer = go_to(number)
        keep_key(answer, request, number, key)
        return answer
    kept = request.cookies.get(COOKIE, "")
    if not kept:
        return show(request, "find.html", number=number, said="", via=via_of(via))
    held = links.hold(session, number, kept, now=now())
    return _shown(request, Opened(held.ticket, kept, session))


@router.post("/{number}/additions")
def add(
    opened: Writer,
    text: Annotated[str, Form()] = "",
    question: Annotated[int | None, Form(ge=1, le=LARGEST_ROW)] = None,
) -> Response:
    """补充: keep what was written, as the answer to a department's question if it is one."""
    if question is None:
        additions.add(opened.session, opened.ticket, text, now=now())
    else:
        answering.answer(opened.session, opened.ticket, question, text, now=now())
    return go_to(opened.ticket.number, "#written")


@router.get("/{number}/withdraw")
def ask_to_withdraw(request: Request, opened: Reader) -> Response:
    """Ask once more before anything is withdrawn."""
    if not withdrawing.may_withdraw(opened.ticket):
        return go_to(opened.ticket.number)
    token = form_token(opened.key)
    return show(request, "withdraw.html", ticket=opened.ticket, wishes=list(Wish), token=token)


@router.post("/{number}/withdraw")
def withdraw(
    opened: Writer,
    seen: Annotated[TicketStatus, Form()],
    wish: Annotated[Wish, Form()] = Wish.OTHER,
) -> Response:
    """撤回: as it was confirmed, unless something new has come since."""
    withdrawing.withdraw(opened.session, opened.ticket, wish, seen=seen, now=now())
    return go_to(opened.ticket.number)


@router.post("/{number}/rating")
def rate(
    opened: Writer,
    satisfaction: Annotated[int, Form()],
    graded: Annotated[Graded, Depends()],
    contacted: YesNo = None,
    solved: YesNo = None,
    reason: Annotated[Sequence[Reason], Form()] = (),
) -> Response:
    """评价: one a round. Reasons ticked beside a good grade are slips, and left out."""
    reasons = tuple(dict.fromkeys(reason)) if satisfaction <= BAD else ()
    said = Judgement(satisfaction, contacted, solved, reasons, graded.said())
    ratings.rate(opened.session, opened.ticket, said, via=opened.via, now=now())
    return go_to(opened.ticket.number, "#rated")


def _shown(request: Request, opened: Opened) -> Response:
    shown = progress.shown(opened.session, opened.ticket, by_link=True, now=now())
    return show(
        request,
        "progress.html",
        ticket=shown,
        token=form_token(opened.key),
        grades=list(reversed(GRADES)),
        reasons=list(Reason),
        aspects=list(Aspect),
        longest=additions.MOST_LETTERS,
    )
