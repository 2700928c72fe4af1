"""恶意来电限制: who is blocked, why and until when; somebody else reviews it, or it is over."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from dispatch.sealing import reach
from hotline.console import moments, navigation
from hotline.console.call_bar import in_words
from hotline.console.callings import called
from hotline.console.frame import Manager, Viewer
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from telephony import blocking, records
from telephony.models import Call, Direction
from telephony.models_trunks import BlockedCaller, BlockReason

SHOWN, RECENT = 50, 30

router = APIRouter(prefix=f"{navigation.TELEPHONES.page}/blocked", include_in_schema=False)


@dataclass(frozen=True)
class Block:
    """One block; `holds` while it is in force, `own` for who set it: another one reviews it."""

    id: int
    masked: str
    reason: str
    at: str
    by: str
    until: str
    lapses: str  # unless somebody upholds it; empty once that was done
    holds: bool
    own: bool
    review: str  # upheld, refused, or empty
    reviewer: str
    lifted: str


@router.post("")
def block(
    viewer: Manager,
    session: SessionDep,
    call: Annotated[uuid.UUID, Form()],
    reason: Annotated[BlockReason, Form()],
    days: Annotated[int, Form(ge=1, le=366)] = 7,
) -> Response:
    """限制来电: of who made this call, for so many days."""
    with in_words():
        seen = reach.calls(viewer.actor, col(Call.id))
        found = records.get_call(session, call, seen=seen)
        blocking.block(session, settings(), found, reason, days=days, actor=viewer.actor, now=now())
    return _done()


@router.post("/{block_id}/review")
def review(
    viewer: Manager, block_id: int, session: SessionDep, upheld: Annotated[bool, Form()]
) -> Response:
    """复核: by somebody else than who set it; not upheld, it ends now."""
    with in_words():
        blocking.review(session, _id(block_id), upheld=upheld, actor=viewer.actor, now=now())
    return _done()


@router.post("/{block_id}/lift")
def lift(viewer: Manager, block_id: int, session: SessionDep) -> Response:
    """解除限制: their next call is as anybody's."""
    with in_words():
        blocking.lift(session, _id(block_id), actor=viewer.actor, now=now())
    return _done()


def listed(session: Session, viewer: Viewer, *, before: int | None) -> dict[str, Any]:
    """Return a page of blocks, newest first, and the calls for which one can be blocked."""
    rows = blocking.listed(session, before=before, limit=SHOWN)
    masked = _masked(session, viewer, {row.call_id for row in rows})
    acted = {name for row in rows for name in (row.blocked_by, row.reviewed_by, row.lifted_by)}
    people = called(session, acted - {""})
    at = now()
    return {
        "blocks": [_block(row, viewer, masked, people, at) for row in rows],
        "older": rows[-1].id if len(rows) == SHOWN else None,
        "first_page": before is None,
        "recent": _recent(session, viewer),
        "block_reasons": list(BlockReason),
        "most_days": settings().block_days,
        "review_days": settings().block_review_days,
    }


def _id(row: int) -> int:
    if not 0 < row <= LARGEST_ROW:
        raise NotFound(f"There is no block {row}.")
    return row


def _done() -> Response:
    return RedirectResponse(f"{navigation.TELEPHONES.page}#blocked", status_code=303)


def _block(
    row: BlockedCaller,
    viewer: Viewer,
    masked: dict[uuid.UUID, str],
    people: dict[str, str],
    now: datetime,
) -> Block:
    return Block(
        id=row.id or 0,
        masked=masked.get(row.call_id, ""),
        reason=row.reason,
        at=moments.short(row.blocked_at),
        by=people.get(row.blocked_by, row.blocked_by),
        until=moments.short(row.until),
        lapses="" if row.upheld else moments.short(min(row.lapses_at, row.until)),
        holds=blocking.holds(row, now),
        own=row.blocked_by == str(viewer.actor),
        review="" if row.reviewed_at is None else "upheld" if row.upheld else "refused",
        reviewer=people.get(row.reviewed_by, row.reviewed_by),
        lifted=moments.short(row.lifted_at) if row.lifted_at else "",
    )


def _masked(session: Session, viewer: Viewer, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the masked numbers of the calls that the viewer may know of."""
    mine = reach.calls(viewer.actor, col(Call.id))
    found = select(Call.id, Call.caller_masked).where(col(Call.id).in_(ids), mine)
    return dict(session.exec(found).all()) if ids else {}


def _recent(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """Return the last calls that showed a number, newest first, each with its moment."""
    mine = (
        Call.direction == Direction.IN,
        Call.caller_masked != "",
        reach.calls(viewer.actor, col(Call.id)),
    )
    newest = select(Call).where(*mine).order_by(col(Call.started_at).desc()).limit(RECENT)
    return [
        (str(each.id), f"{moments.short(each.started_at)}　{each.caller_masked}")
        for each in session.exec(newest)
    ]
