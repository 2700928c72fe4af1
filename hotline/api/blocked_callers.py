"""恶意来电 over HTTP: who is blocked, for which call, until when, and who has reviewed it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlmodel import col

from dispatch.sealing import reach
from hotline.api.fields import LARGEST_ROW, RowId
from hotline.api.schemas_blocking import BlockIn, BlockList, BlockOut, BlockReviewIn
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from telephony import blocking, records
from telephony.models import Call
from telephony.models_trunks import BlockedCaller

router = APIRouter(prefix="/api/v1/blocked-callers", tags=["blocked callers"], responses=READING)

Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ROW)]


@router.post(
    "",
    operation_id="block_caller",
    status_code=201,
    summary="Block a caller for a time (限制来电)",
    response_model=BlockOut,
    responses=WRITING,
)
def block_caller(actor: Manager, given: BlockIn, write: Writing) -> Any:
    """限制来电: their calls go to the message, whose words of danger become a ticket all the same.

    Somebody else must uphold it within HOTLINE_BLOCK_REVIEW_DAYS, or it is over.
    """

    def act() -> BlockOut:
        seen = reach.calls(actor, col(Call.id))
        call = records.get_call(write.session, given.call, seen=seen)
        return _shown(
            blocking.block(
                write.session,
                settings(),
                call,
                given.reason,
                days=given.days,
                actor=actor,
                now=now(),
            )
        )

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.get("", operation_id="list_blocked_callers", summary="List blocks (限制名单)")
def list_blocked_callers(
    _actor: Manager, session: SessionDep, before: Before = None, limit: Limit = 50
) -> BlockList:
    """Return blocks, newest first, those too that are over."""
    rows = blocking.listed(session, before=before, limit=limit)
    more = rows[-1].id if len(rows) == limit else None
    return BlockList(items=[_shown(row) for row in rows], next=more)


@router.post(
    "/{block_id}/review",
    operation_id="review_block",
    summary="Uphold or end a block (复核)",
    response_model=BlockOut,
    responses=WRITING,
)
def review_block(actor: Manager, block_id: RowId, given: BlockReviewIn, write: Writing) -> Any:
    """复核: by somebody else than who blocked the caller; not upheld, it ends now."""

    def act() -> BlockOut:
        return _shown(
            blocking.review(write.session, block_id, upheld=given.upheld, actor=actor, now=now())
        )

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.delete(
    "/{block_id}",
    operation_id="unblock_caller",
    summary="End a block (解除限制)",
    response_model=BlockOut,
    responses=WRITING,
)
def unblock_caller(actor: Manager, block_id: RowId, write: Writing) -> Any:
    """解除限制: the caller's next call is as anybody's."""

    def act() -> BlockOut:
        return _shown(blocking.lift(write.session, block_id, actor=actor, now=now()))

    return write.once(act, actor, "", again=as_kept)


def _shown(row: BlockedCaller) -> BlockOut:
    given = {**row.model_dump(), "call": row.call_id, "in_force": blocking.holds(row, now())}
    return BlockOut.model_validate(given)
