"""来电差评件 over HTTP: opened by a key after a call, verified, closed with what was done."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.models import Rating
from dispatch.ratings import call_cases
from dispatch.ratings.call_stages import State
from dispatch.ratings.models_call_ratings import BadCallRating
from hotline.api.fields import RowId
from hotline.api.schemas_call_ratings import (
    CallClosingIn,
    CallRatingOut,
    CallRatingPage,
    CallVerdictIn,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/bad-call-ratings", tags=["ratings"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INSPECTION_READ))]
Decider = Annotated[Actor, Depends(permit(Permission.RATING_DECIDE))]


class Write:
    """One write on the case that the path names."""

    def __init__(self, case_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, case_id

    def do(self, act: Callable[[BadCallRating], object], actor: Actor, given: str) -> Any:
        """Return the case as `act` leaves it, or the answer kept under the same key."""

        def find() -> BadCallRating:
            return call_cases.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, call_rating_out, actor, given)


CaseWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_bad_call_ratings", summary="List bad call ratings (来电差评)")
def list_bad_call_ratings(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    state: State | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> CallRatingPage:
    """Return bad ratings of calls, the newest first; nobody is shown those of their own calls."""
    states, before = ((state,) if state else ()), decode_cursor(cursor)
    found = call_cases.listed(session, reader=actor, states=states, before=before, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.opened_at, last.id or 0) if last else None
    link_next(request, response, following)
    return CallRatingPage(items=[call_rating_out(session, each) for each in found], next=following)


@router.get("/{case_id}", operation_id="get_bad_call_rating", summary="Read a bad call rating")
def get_bad_call_rating(
    actor: Reader, case_id: RowId, session: SessionDep, response: Response
) -> CallRatingOut:
    """Return the case with its verdict and what was done."""
    case = call_cases.find(session, case_id, reader=actor)
    tag(response, case.version)
    return call_rating_out(session, case)


@router.post(
    "/{case_id}/verify",
    operation_id="verify_bad_call_rating",
    summary="Verify a bad call rating (来电差评核实)",
    response_model=CallRatingOut,
    responses=WRITING,
)
def verify_bad_call_rating(actor: Decider, write: CaseWrite, given: CallVerdictIn) -> Any:
    """核实: by somebody who is not the agent."""

    def act(case: BadCallRating) -> None:
        call_cases.verify(write.session, case, given.verdict, given.note, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{case_id}/close",
    operation_id="close_bad_call_rating",
    summary="Close a bad call rating (来电差评办结)",
    response_model=CallRatingOut,
    responses=WRITING,
)
def close_bad_call_rating(actor: Decider, write: CaseWrite, given: CallClosingIn) -> Any:
    """办结: with what was done; a call back counts only where one is on record."""

    def act(case: BadCallRating) -> None:
        call_cases.close(write.session, case, given.done, given.words, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def call_rating_out(session: Session, case: BadCallRating) -> CallRatingOut:
    """Return the case with its words, unsealed."""
    return CallRatingOut.model_validate(
        {
            **case.model_dump(),
            "satisfaction": session.get_one(Rating, case.rating_id).satisfaction,
            "note": call_cases.note_of(session, case),
            "words": call_cases.words_of(session, case),
            "may_be_called": call_cases.may_be_called(session, case, now=now()),
        }
    )
