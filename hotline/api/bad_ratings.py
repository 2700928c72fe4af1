"""差评件 over HTTP: listed, verified, appealed against, decided."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.models import Rating, Ticket
from dispatch.ratings import appeals, exclusions, reading, verifying
from dispatch.ratings.appeals import Plea
from dispatch.ratings.models_ratings import BadRating, RatingExclusion
from dispatch.ratings.reading import Standing, Wanted
from hotline.api.fields import Code, Instant, RowId
from hotline.api.schemas_bad_ratings import (
    AppealDecisionIn,
    AppealIn,
    AppealOut,
    BadRatingOut,
    BadRatingPage,
    ExclusionsOut,
    VerifyIn,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/bad-ratings", tags=["ratings"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.RATING_READ))]
Verifier = Annotated[Actor, Depends(permit(Permission.RATING_VERIFY))]
Appellant = Annotated[Actor, Depends(permit(Permission.RATING_APPEAL))]
Decider = Annotated[Actor, Depends(permit(Permission.RATING_DECIDE))]


class Write:
    """One write on the bad rating that the path names."""

    def __init__(self, bad_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, bad_id

    def do(self, act: Callable[[BadRating], object], actor: Actor, given: str) -> Any:
        """Return the bad rating as `act` leaves it, or the answer kept under the same key."""

        def find() -> BadRating:
            return reading.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, bad_rating_out, actor, given)


BadRatingWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_bad_ratings", summary="List bad ratings (差评件)")
def list_bad_ratings(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    standing: Standing = Standing.ALL,
    department: Code = "",
    late: bool = False,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> BadRatingPage:
    """Return bad ratings, the newest first; a department's key is shown its own."""
    wanted = Wanted(standing, department, late)
    before = decode_cursor(cursor)
    found = reading.listed(session, wanted, reader=actor, before=before, now=now(), limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.opened_at, last.id or 0) if last else None
    link_next(request, response, following)
    return BadRatingPage(items=[bad_rating_out(session, each) for each in found], next=following)


@router.get(
    "/exclusions",
    operation_id="count_rating_exclusions",
    summary="How many ratings count nowhere (剔除数)",
)
def count_rating_exclusions(
    actor: Reader, session: SessionDep, since: Instant, until: Instant
) -> ExclusionsOut:
    """Return how many ratings given in the period are excluded, by reason; of one's own."""
    found = exclusions.counted(session, since, until, department=actor.department)
    return ExclusionsOut.model_validate({"by_reason": found, "total": sum(found.values())})


@router.get("/{bad_id}", operation_id="get_bad_rating", summary="Read a bad rating")
def get_bad_rating(
    actor: Reader, bad_id: RowId, session: SessionDep, response: Response
) -> BadRatingOut:
    """Return the bad rating with its verdict and its appeal."""
    bad = reading.find(session, bad_id, reader=actor)
    tag(response, bad.version)
    return bad_rating_out(session, bad)


@router.post(
    "/{bad_id}/verify",
    operation_id="verify_bad_rating",
    summary="Verify a bad rating (差评核实)",
    response_model=BadRatingOut,
    responses=WRITING,
)
def verify_bad_rating(actor: Verifier, write: BadRatingWrite, given: VerifyIn) -> Any:
    """核实: true, false, or not the department's fault; the last two exclude the rating."""

    def act(bad: BadRating) -> None:
        verifying.verify(write.session, bad, given.verdict, given.note, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{bad_id}/appeal",
    operation_id="appeal_bad_rating",
    summary="Appeal against a rating (评价申诉)",
    response_model=BadRatingOut,
    responses=WRITING,
)
def appeal_bad_rating(actor: Appellant, write: BadRatingWrite, given: AppealIn) -> Any:
    """申诉: once, in time, by the department that was rated."""
    plea = Plea(given.ground, given.statement, given.attachments)

    def act(bad: BadRating) -> None:
        appeals.appeal(write.session, bad, plea, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{bad_id}/decision",
    operation_id="decide_rating_appeal",
    summary="Decide on an appeal (申诉裁定)",
    response_model=BadRatingOut,
    responses=WRITING,
)
def decide_rating_appeal(actor: Decider, write: BadRatingWrite, given: AppealDecisionIn) -> Any:
    """裁定: by somebody else than who verified, asked or handled."""

    def act(bad: BadRating) -> None:
        appeals.decide(write.session, bad, given.upheld, given.note, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def bad_rating_out(session: Session, bad: BadRating) -> BadRatingOut:
    """Return the bad rating with what was said, its appeal, and whether it counts."""
    rating = session.get_one(Rating, bad.rating_id)
    appeal = appeals.of(session, bad)
    excluded = session.get(RatingExclusion, bad.rating_id)
    return BadRatingOut(
        **bad.model_dump(exclude={"ticket_id", "rating_id"}),
        ticket=session.get_one(Ticket, bad.ticket_id).number,
        satisfaction=rating.satisfaction,
        via=rating.via,
        reasons=rating.reasons,
        excluded=excluded.reason if excluded else "",
        appeal=AppealOut.model_validate(appeal) if appeal else None,
    )
