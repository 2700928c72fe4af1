"""Callers on the line and agents who have them, as the switch would have written them."""

from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.settings import settings
from telephony import owed, parties, queueing, records, seat_states, seats
from telephony.acd import SeatStatus
from telephony.acd.patience import MissedWhy
from telephony.models import Call, CallStatus, Seat
from telephony.models_calls import CallOrder, CallParty
from telephony.models_queue import MissedCall
from telephony.orders import seat_party
from telephony.wiring import Part
from tests.factories import arrival


def caller(session: Session, now: datetime, number: str = "13989001234") -> Call:
    """Return a caller on an open line."""
    call = records.open_call(session, arrival(now, caller=number))
    return records.answer_call(session, str(call.id), at=now)


def waiting(session: Session, now: datetime, number: str = "13989001234") -> Call:
    """Return a caller who waits."""
    call = caller(session, now, number)
    queueing.enter(session, call, number=number, own=settings(), now=now)
    return call


def seat_of(session: Session, name: str, now: datetime, *, kind: str = "browser") -> Seat:
    """Return the ready seat of the account of this name, made where there is none."""
    account = accounts.find(session, name) or accounts.create_account(
        session, name, "secret-word", role=Role.AGENT, now=now
    )
    session.flush()
    seat = seats.seat_of(session, account, now=now)
    seat.kind, seat.address, seat.wanted = kind, f"sip:{name}@127.0.0.1:5080", SeatStatus.READY
    seat_states.settle(session, seat, now=now)
    session.flush()
    return seat


def offered(session: Session, seat: Seat, call: Call, now: datetime) -> None:
    """Ring the seat for the call."""
    seats.offer(session, seat, call, now=now)
    parties.invite(
        session,
        call,
        seat_party(seat.account_id),
        Part.AGENT,
        account_id=seat.account_id,
        label=seat.username,
        now=now,
    )


def talking(session: Session, seat: Seat, call: Call, now: datetime) -> None:
    """Let the seat's agent and the caller talk."""
    offered(session, seat, call, now)
    parties.join(session, call.id, seat_party(seat.account_id), now=now)
    seats.talk(session, seat.account_id, call, now=now)
    call.connected_at, call.agent, call.status = now, seat.username, CallStatus.ANSWERED
    session.flush()


def listening(session: Session, seat: Seat, call: Call, now: datetime) -> None:
    """Let the seat's team lead listen to a colleague's call."""
    name = seat_party(seat.account_id)
    seats.offer(session, seat, call, now=now)
    parties.invite(
        session, call, name, Part.SUPERVISOR, purpose="listen", account_id=seat.account_id, now=now
    )
    parties.join(session, call.id, name, now=now)
    seats.talk(session, seat.account_id, call, now=now)


def fetched(session: Session, call: Call, now: datetime, *, joined: bool = True) -> CallParty:
    """Return somebody whom the agent fetched."""
    row = parties.invite(session, call, "consult-1", Part.EXPERT, purpose="consult", now=now)
    if joined:
        parties.join(session, call.id, row.name, now=now)
    session.flush()
    return row


def missed(session: Session, now: datetime, number: str = "13989001234") -> MissedCall:
    """Return a caller who is owed a call."""
    call = caller(session, now, number)
    call.status, call.ended_at = CallStatus.ENDED, now
    return owed.owe(session, call, MissedWhy.ABANDONED, waiting_since=now, due_at=now, now=now)


def orders(session: Session) -> list[CallOrder]:
    """Return what was asked of the switch, oldest first."""
    return list(session.exec(select(CallOrder).order_by(CallOrder.id)))  # type: ignore[arg-type]


def post(
    client: TestClient, call: Call, verb: str, body: object = None, status: int = 202
) -> dict[str, Any]:
    """Ask for it, and return what was answered."""
    answer = client.post(f"/api/v1/calls/{call.id}/{verb}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()  # type: ignore[no-any-return]
