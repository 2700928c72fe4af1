"""批量办理: one form for the chosen lines, and an answer that names each of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.listing import together
from dispatch.listing.errands import Action, Chosen, Errand, Outcome
from hotline.console.choices import named
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import TicketReader, Viewer, templates
from hotline.console.listing import asking
from hotline.console.listing.asking import address
from hotline.console.listing.refusing import reason_of
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW, MOST_LETTERS
from hotline.core.clock import now
from hotline.core.errors import Conflict
from hotline.core.settings import settings
from hotline.web.access import SessionDep

NEEDS_DEPARTMENT = (Action.REDISPATCH,)
NEEDS_WORDS = (Action.REMIND, Action.MERGE, Action.SUPERVISE)
_LINE = re.compile(r"(\w{1,20}):(\d{1,10})")

router = APIRouter(prefix=f"{PREFIX}/listing", include_in_schema=False)


@dataclass(frozen=True)
class Told:
    """One line of the answer; `why` is empty where it was done."""

    number: str
    why: str
    leads: bool


@router.post("/together", response_class=HTMLResponse)
def act(
    viewer: TicketReader,
    request: Request,
    session: SessionDep,
    action: Annotated[Action, Form()],
    line: Annotated[list[str], Form(max_length=together.MOST)] = [],  # noqa: B006  # a form's
    department: Annotated[str, Form(max_length=100)] = "",
    words: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
    query: Annotated[str, Form()] = "",
) -> Response:
    """Do it with each chosen ticket as it was seen, and say what became of each."""
    chosen = [_chosen(each) for each in line]
    errand = _errand(session, viewer, action, department.strip(), words.strip(), now=now())
    if not chosen:
        raise Misfilled(say("listing.none_chosen"))
    back = address(asking.of_query(session, query).query)
    told = _told(_outcomes(session, chosen, errand))
    shown = {"viewer": viewer, "action": action, "list": back, "as_of": errand.now, **told}
    return templates.TemplateResponse(request, "listing/outcome.html", shown)


def _outcomes(session: Session, chosen: Sequence[Chosen], errand: Errand) -> list[Outcome]:
    """Return what became of each; raise Misfilled for what is wrong with all of them."""
    try:
        return together.act(session, chosen, errand)
    except Conflict as error:
        raise Misfilled(reason_of(error)) from error


def _chosen(line: str) -> Chosen:
    """Return the ticket of a ticked line, with the version in which it was seen."""
    found = _LINE.fullmatch(line)
    if found is None or int(found[2]) > LARGEST_ROW:
        raise Misfilled(say("listing.none_chosen"))
    return Chosen(found[1], int(found[2]))


def _errand(
    session: Session, viewer: Viewer, action: Action, department: str, words: str, *, now: datetime
) -> Errand:
    if action in NEEDS_WORDS and not words:
        raise Misfilled(say("listing.words_missing"))
    asks = action in NEEDS_DEPARTMENT or (action is Action.DISPATCH and department)
    code = named(session, department) if asks else ""
    return Errand(
        action,
        viewer.actor,
        now,
        department=code,
        words=words,
        archive_after=timedelta(days=settings().archive_after_days),
    )


def _told(outcomes: Sequence[Outcome]) -> dict[str, list[Told]]:
    told = [
        Told(each.number, reason_of(each.refused) if each.refused else "", each.leads)
        for each in outcomes
    ]
    return {
        "done": [each for each in told if not each.why],
        "refused": [each for each in told if each.why],
    }
