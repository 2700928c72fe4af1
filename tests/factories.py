"""Rows and values that tests arrange with; every word in them is ours."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Source, Ticket
from dispatch.routing.proposal import Proposal
from dispatch.terms import RequestType, TimeClass, Urgency
from dispatch.tickets import Draft
from hotline.core import privacy
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.phone import PhoneNumber
from telephony import records
from telephony.commands import (
    CallArrived,
    CallEnded,
)
from telephony.models import Call

CALLER = PhoneNumber("+8613989001234")
LAMP = "城关区的路灯坏了一个星期，我的电话是13989001234，请派人来修。"

PROPOSAL = Proposal(
    request_type=RequestType.ASSISTANCE,
    category=("城乡建设", "市政设施", "路灯"),
    matter_code="010101",
    department="城关区城市管理和综合执法局",
    department_code="540102-urban",
    district="540102",
    district_name="城关区",
    urgency=Urgency.NORMAL,
    time_class=TimeClass.NORMAL,
    call_numbers=(),
    confidence=0.9,
    auto_dispatch=False,
    legal_basis="《城市道路管理条例》第六条",
    alternatives=(),
    reasons=("关键词“路灯”",),
    entities=(),
)


def system_of(department: str) -> Actor:
    """Return a department's own system, as its key signs in."""
    return Actor(f"{department}#1", Role.SYSTEM, department)


def as_owner(session: Session) -> None:
    """Act for the rest of the transaction as who owns the database and lifts its guards."""
    session.execute(sa.text("SET LOCAL session_replication_role = replica"))


def proposal(**changes: Any) -> Proposal:
    """Return a street lamp's proposal, changed where asked."""
    return replace(PROPOSAL, **changes)


def create_ticket(session: Session, *, now: datetime, text: str = LAMP, **changes: Any) -> Ticket:
    """Return a registered ticket of a caller of ours."""
    draft = Draft(
        text=text,
        source=Source.PHONE_MACHINE,
        person=privacy.know_person(session, CALLER, now=now),
        proposal=proposal(**changes),
    )
    return tickets.open_ticket(session, draft, actor=MACHINE, now=now)


def arrival(
    now: datetime, *, caller: str = "13989001234", worker: str = "media-0.1"
) -> CallArrived:
    """Return a worker's report of a new caller."""
    call_id = str(uuid.uuid4())
    return CallArrived(
        call_id=call_id,
        worker=worker,
        caller=caller,
        called="12345",
        sip_call_id=f"{call_id}@test",
        recording=f"2026/11/25/{call_id}.wav",
        at=now.isoformat(),
    )


def create_ended_call(
    session: Session,
    *,
    now: datetime,
    said: tuple[str, ...] = (LAMP,),
    confidence: float = 0.8,
    caller: str = "13989001234",
) -> Call:
    """Return a call that has ended and been written down."""
    call = records.open_call(session, arrival(now, caller=caller))
    records.end_call(session, CallEnded(str(call.id), "message_left", 12.0, 0, now.isoformat()))
    for seq, text in enumerate(said, start=1):
        records.add_utterance(
            session,
            call,
            speaker="caller",
            seq=seq,
            start_s=0,
            end_s=3,
            text=text,
            confidence=confidence,
            now=now,
        )
    recording = records.recording_of(session, call)
    assert recording
    recording.status = "transcribed"
    session.flush()
    return call
