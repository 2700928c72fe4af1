"""盲复核 and 纸质补录 over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.handling import replies
from dispatch.models import Ticket
from dispatch.ratings import blind, leases, paper
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.models_ratings import BlindCallback
from dispatch.requesters.ratings import Judgement
from dispatch.sealing import readers
from hotline.api.fields import RowId
from hotline.api.schemas_people import IdentityOut, ReasonIn
from hotline.api.schemas_rating_checks import (
    BlindAnswerIn,
    BlindDrawIn,
    BlindFigures,
    BlindFiguresOut,
    BlindOut,
    BlindPage,
    PaperIn,
)
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.api.writes import Write, Writing
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1", tags=["ratings"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.CALLBACK_READ))]
Maker = Annotated[Actor, Depends(permit(Permission.CALLBACK_MAKE))]
Revealer = Annotated[Actor, Depends(permit(Permission.IDENTITY_REVEAL))]
Taker = Annotated[Actor, Depends(permit(Permission.RATING_VERIFY))]
Drawer = Annotated[Actor, Depends(permit(Permission.RATING_DECIDE))]


@router.get(
    "/blind-callbacks", operation_id="list_blind_callbacks", summary="Whom to ask again (盲复核)"
)
def list_blind_callbacks(
    actor: Maker,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> BlindPage:
    """Return drawn callbacks that wait, without the matters in which the reader had a hand.

    What a matter is stands there once it is taken: its words lead to where the answer stands.
    """
    seen, moment = decode_cursor(cursor), now()
    after = seen[1] if seen else 0
    found = blind.to_ask(session, reader=actor, after=after, now=moment, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(moment, last.id or 0) if last else None
    link_next(request, response, following)
    return BlindPage(items=[blind_out(session, each, actor) for each in found], next=following)


@router.get(
    "/blind-callbacks/figures",
    operation_id="publish_blind_callbacks",
    summary="How often the second answer contradicted the first (盲复核结果)",
)
def publish_blind_callbacks(actor: Reader, session: SessionDep) -> BlindFigures:  # noqa: ARG001
    """Return each draw with its seed, its share and its disagreement, the newest first."""
    found = blind.published(session)
    return BlindFigures(items=[BlindFiguresOut.model_validate(each) for each in found])


@router.post(
    "/blind-callbacks/draws",
    operation_id="draw_blind_callbacks",
    summary="Draw a week's blind callbacks (盲复核抽样)",
    response_model=BlindFigures,
    responses=WRITING,
)
def draw_blind_callbacks(actor: Drawer, given: BlindDrawIn, write: Writing) -> Any:
    """抽样: once a week, after it is over; the machine does it by itself too."""

    def act() -> BlindFigures:
        blind.draw_week(write.session, given.week, actor=actor, now=now())
        return publish_blind_callbacks(actor, write.session)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.post(
    "/blind-callbacks/{blind_id}/answer",
    operation_id="answer_blind_callback",
    summary="Record what was heard the second time (盲复核登记)",
    response_model=BlindOut,
    responses=WRITING,
)
def answer_blind_callback(
    actor: Maker, blind_id: RowId, given: BlindAnswerIn, write: Writing
) -> Any:
    """登记: by another person than the first time; nothing of the first answer changes."""
    said = Said(given.contacted, given.resolved, given.satisfaction)

    def act(row: BlindCallback) -> None:
        blind.answer(write.session, row, said, reached=given.reached, actor=actor, now=now())

    return _change(write, blind_id, actor, act, given.model_dump_json())


@router.post(
    "/blind-callbacks/{blind_id}/take",
    operation_id="take_blind_callback",
    summary="Take one to ask again (盲复核领取)",
    response_model=BlindOut,
    responses=WRITING,
)
def take_blind_callback(actor: Maker, blind_id: RowId, write: Writing) -> Any:
    """领取: for some hours it is theirs, and its ticket is not there for them until they answer."""

    def act(row: BlindCallback) -> None:
        blind.take(write.session, row, actor=actor, now=now())

    return _change(write, blind_id, actor, act, "take")


@router.post(
    "/blind-callbacks/{blind_id}/release",
    operation_id="release_blind_callback",
    summary="Let one go unanswered (放回)",
    response_model=BlindOut,
    responses=WRITING,
)
def release_blind_callback(actor: Maker, blind_id: RowId, write: Writing) -> Any:
    """放回: for somebody else; who had it does not get it again."""

    def act(row: BlindCallback) -> None:
        leases.release(write.session, row, actor=actor, now=now())

    return _change(write, blind_id, actor, act, "release")


@router.post(
    "/blind-callbacks/{blind_id}/reveal",
    operation_id="reveal_blind_callback",
    summary="See whom to ring (查看诉求人)",
    response_model=IdentityOut,
    responses=WRITING,
)
def reveal_blind_callback(actor: Revealer, blind_id: RowId, given: ReasonIn, write: Writing) -> Any:
    """Return the requester's number for whoever took the row and says why; the look is kept.

    It is shown this once: repeated with its key it is a conflict.
    """

    def act() -> IdentityOut:
        row, moment = blind.find(write.session, blind_id, reader=actor, lock=True), now()
        who = blind.reveal(write.session, row, given.reason, actor=actor, now=moment)
        mark = watermark.of(actor, moment, f"B{blind_id}").words
        return IdentityOut(phone=who.phone.e164 if who.phone else None, watermark=mark)

    return write.once(act, actor, given.model_dump_json(), again=as_kept, keep=False)


@router.post(
    "/tickets/{number}/paper-rating",
    operation_id="enter_paper_rating",
    summary="Enter a rating from paper (纸质补录)",
    response_model=TicketDetail,
    responses=WRITING,
)
def enter_paper_rating(actor: Taker, write: TicketWrite, given: PaperIn) -> Any:
    """补录: the rating counts as the callback's answer; who entered it stands beside it."""
    reasons = tuple(given.reasons)
    said = Judgement(given.satisfaction, given.contacted, given.solved, reasons, given.aspects)

    def act(ticket: Ticket) -> None:
        paper.enter(write.session, ticket, said, given.filled_in_on, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def _change(
    write: Write, blind_id: int, actor: Actor, act: Callable[[BlindCallback], None], given: str
) -> Any:
    def find() -> BlindCallback:
        return blind.find(write.session, blind_id, reader=actor, lock=True)

    def show(session: Session, row: BlindCallback) -> BlindOut:
        return blind_out(session, row, actor)

    return write.change(find, act, show, actor, given)


def blind_out(session: Session, row: BlindCallback, reader: Actor) -> BlindOut:
    """Return the matter and its answer to whoever has it; nothing of what was said of it before."""
    ticket = session.get_one(Ticket, row.ticket_id)
    theirs = reader.name in (row.taken_by, row.asked_by)
    told = replies.told(session, ticket) if theirs else []
    return BlindOut(
        id=row.id or 0,
        version=row.version,
        ticket=ticket.number if row.asked_at else "",
        request_type=ticket.request_type,
        text=readers.words(session, ticket) if theirs else "",
        replies=[privacy.mask_text(each.public_reply) for each in told],
        taken_until=row.taken_until if theirs else None,
        asked_at=row.asked_at,
        agrees=row.agrees,
    )
