"""通话现场: the calls that agents talk in, and a team lead's ear and voice in them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlmodel import Session, col, select

from dispatch.sealing import reach
from hotline.console import navigation
from hotline.console.call_bar import in_words, own_seat
from hotline.console.faults import PREFIX
from hotline.console.frame import Seeing, Viewer
from hotline.console.ways_back import back
from hotline.core import accounts
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from telephony import asking, records
from telephony.models import Call, CallStatus, Direction
from telephony.models_calls import CallParty
from telephony.wiring import Listening, Part

SHOWN = 60

router = APIRouter(prefix=f"{PREFIX}/floor", include_in_schema=False)

Lead = Annotated[Viewer, Depends(Seeing(Permission.CALL_SUPERVISE))]


@dataclass(frozen=True)
class Running:
    """A call by its agent's name as staff have it; nothing of the caller."""

    call: str
    agent: str
    since: str
    language: str
    others: int  # whom the agent fetched
    listening: str  # how the viewer is in it; empty: not
    own: bool  # the viewer is its agent


@router.post("/calls/{call_id}/listen")
def listen(
    viewer: Lead,
    call_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    listening: Annotated[Listening, Form()],
) -> Response:
    """监听、耳语、强插: join a colleague's call, or be in it otherwise; the log tells of it."""
    call = records.get_call(session, call_id, seen=reach.calls(viewer.actor, col(Call.id)))
    with in_words():
        asking.listen(session, own_seat(session, viewer), call, listening, now=now())
    return back(request, navigation.QUEUE.page)


def running(session: Session, viewer: Viewer) -> list[Running]:
    """Return the callers whom agents talk to, as far as the viewer may know of them."""
    if Permission.CALL_SUPERVISE not in viewer.may:
        return []
    calls = session.exec(
        select(Call)
        .where(
            Call.status == CallStatus.ANSWERED,
            Call.direction == Direction.IN,
            col(Call.connected_at).is_not(None),
            reach.calls(viewer.actor, col(Call.id)),
        )
        .order_by(col(Call.connected_at))
        .limit(SHOWN)
    ).all()
    account = accounts.find(session, viewer.actor.name)
    me = (account and account.id) or 0
    found = _present(session, [each.id for each in calls])
    shown = (_running(call, found.get(call.id, []), me) for call in calls)
    return [each for each in shown if each]


def _present(session: Session, calls: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[CallParty]]:
    """Return who is in each of the calls, in the order of their coming."""
    query = select(CallParty).where(
        col(CallParty.call_id).in_(calls),
        col(CallParty.joined_at).is_not(None),
        col(CallParty.left_at).is_(None),
    )
    found: dict[uuid.UUID, list[CallParty]] = {}
    for each in session.exec(query.order_by(col(CallParty.id))) if calls else ():
        found.setdefault(each.call_id, []).append(each)
    return found


def _running(call: Call, present: Sequence[CallParty], me: int) -> Running | None:
    """Return the call; None while no agent talks in it."""
    agents = [each for each in present if each.part == Part.AGENT]
    if not agents:
        return None
    mine = [each for each in present if each.part == Part.SUPERVISOR and each.account_id == me]
    return Running(
        call=str(call.id),
        agent=agents[-1].label or call.agent,
        since=(call.connected_at or call.started_at).isoformat(),
        language=call.language,
        others=sum(each.part == Part.EXPERT for each in present),
        listening=(mine[-1].listening or Listening.MONITOR.value) if mine else "",
        own=any(each.account_id == me for each in agents),
    )
