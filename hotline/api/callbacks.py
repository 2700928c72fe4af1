"""Callbacks over HTTP: the list that people work through, and what they heard."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from hotline.api.callback_views import callback_detail, callback_out, readable
from hotline.api.fields import RowId
from hotline.api.schemas_callbacks import CallbackDetail, CallbackPage, CallbackResultIn
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body, IdempotencyKey, once
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import IfMatch, require_match, tag

router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.CALLBACK_READ))]
Maker = Annotated[Actor, Depends(permit(Permission.CALLBACK_MAKE))]


@router.get("", operation_id="list_callbacks", summary="List the callbacks that people make")
def list_callbacks(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> CallbackPage:
    """Return the callbacks still to be made by a person, the longest due first."""
    after = decode_cursor(cursor)
    found = callbacks.to_make(session, after=after, limit=limit, reader=actor)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.planned_for, last.id or 0) if last else None
    link_next(request, response, following)
    return CallbackPage(items=[callback_out(session, each) for each in found], next=following)


@router.get("/{callback_id}", operation_id="get_callback", summary="Read a callback")
def get_callback(
    actor: Reader, callback_id: RowId, session: SessionDep, response: Response
) -> CallbackDetail:
    """Return the callback with what was asked for, what was answered, and every attempt."""
    callback = callbacks.find(session, callback_id, reader=actor)
    tag(response, callback.attempts)
    return readable(session, callback)


@router.post(
    "/{callback_id}/result",
    operation_id="record_callback_result",
    summary="Record what was heard",
    response_model=CallbackDetail,
    responses=WRITING,
)
def record_result(
    actor: Maker,
    callback_id: RowId,
    given: CallbackResultIn,
    session: SessionDep,
    response: Response,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Any:
    """Keep what the requester expressed; that closes the ticket, reopens it, or plans again."""

    def act() -> CallbackDetail:
        callback = callbacks.find(session, callback_id, lock=True, reader=actor)
        require_match(if_match, callback.attempts)
        answers = Answers(
            outcome=AttemptOutcome(given.outcome.value),
            contacted=given.contacted,
            solved=given.resolved,
            rating=given.satisfaction,
            reasons=given.reasons,
        )
        callbacks.record_by_person(session, callback, answers, actor=actor, now=now())
        session.flush()
        return callback_detail(session, callback)

    def again(kept: Body | None) -> CallbackDetail | Body:
        callback = callbacks.find(session, callback_id, reader=actor)
        return kept or callback_detail(session, callback)

    asked = f"callback {callback_id} {given.model_dump_json()}"
    body = once(session, key, asked, act, actor=actor, now=now(), again=again)
    tag(response, body["attempts"])
    return body
