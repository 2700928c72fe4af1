"""坐席 over HTTP: agents say what they want of their seats, the switch makes it so."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session

from hotline.api.fields import Number
from hotline.api.schemas_seats import PauseIn, SeatIn, SeatList, SeatOut, SkillsIn
from hotline.core import accounts
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import Invalid, NotFound, NotSignedIn
from hotline.core.security import Permission, may
from hotline.core.settings import settings
from hotline.web.access import SessionDep, account_of, permit
from hotline.web.problems import READING, WRITING
from telephony import lines, ordering, seats
from telephony.destinations import NotAllowed, desk_phone
from telephony.models import Seat, SeatKind

router = APIRouter(prefix="/api/v1/seats", tags=["seats"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.SEAT_READ))]
Holder = Annotated[Actor, Depends(permit(Permission.SEAT_HOLD))]
Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]


def own_seat(_actor: Holder, request: Request, session: SessionDep) -> Seat:
    """Return the seat of who asks, locked; raise NotSignedIn without an account."""
    account = account_of(request, session)
    if account is None:
        raise NotSignedIn("Only a person has a seat.", remedy="Sign in with your own account.")
    return seats.seat_of(session, account, now=now())


OwnSeat = Annotated[Seat, Depends(own_seat)]


@router.get("", operation_id="list_seats", summary="List the seats")
def list_seats(_actor: Reader, session: SessionDep) -> SeatList:
    """Return every seat: who holds it, where it rings, and what it does since when."""
    return SeatList(items=[seat_out(each) for each in seats.all_seats(session)])


@router.get("/me", operation_id="get_seat", summary="Read one's own seat")
def get_seat(seat: OwnSeat) -> SeatOut:
    """Return the seat of who asks."""
    return seat_out(seat)


@router.put("/me", operation_id="set_seat", summary="Say where one talks", responses=WRITING)
def set_seat(seat: OwnSeat, given: SeatIn, session: SessionDep) -> SeatOut:
    """Talk through the browser, or let this telephone ring, from the next call on."""
    if given.kind is SeatKind.DESK or given.address:
        seats.set_address(session, seat, allowed_address(session, given.address))
    seats.set_kind(seat, given.kind)
    return _changed(session, seat)


@router.put(
    "/{username}/skills",
    operation_id="set_seat_skills",
    summary="Say what an agent can (技能)",
    responses=WRITING,
)
def set_seat_skills(
    _actor: Manager, username: Number, given: SkillsIn, session: SessionDep
) -> SeatOut:
    """技能: which languages, dialects and matters an agent takes, and how well."""
    account = accounts.find(session, username)
    if account is None or not may(accounts.as_actor(account), Permission.SEAT_HOLD):
        raise NotFound(f"There is no seat {username!r}.")
    seat = seats.seat_of(session, account, now=now())
    seats.set_skills(seat, given.skills)
    return _changed(session, seat)


@router.post("/me/log-in", operation_id="log_in", summary="Log in (签入)", responses=WRITING)
def log_in(seat: OwnSeat, session: SessionDep) -> SeatOut:
    """签入: take calls from now on."""
    seats.log_in(session, seat)
    return _changed(session, seat)


@router.post("/me/log-off", operation_id="log_off", summary="Log off (签出)", responses=WRITING)
def log_off(seat: OwnSeat, session: SessionDep) -> SeatOut:
    """签出: take no more calls; one under way is finished first."""
    seats.log_off(seat)
    return _changed(session, seat)


@router.post("/me/pause", operation_id="pause", summary="Pause (示忙)", responses=WRITING)
def pause(seat: OwnSeat, given: PauseIn, session: SessionDep) -> SeatOut:
    """示忙: take no call for now; one under way is finished first."""
    seats.pause(seat, given.reason)
    return _changed(session, seat)


@router.post("/me/unpause", operation_id="unpause", summary="Unpause (示闲)", responses=WRITING)
def unpause(seat: OwnSeat, session: SessionDep) -> SeatOut:
    """示闲: take calls again."""
    seats.unpause(seat)
    return _changed(session, seat)


def seat_out(seat: Seat) -> SeatOut:
    """Return the seat as it is shown."""
    shown: dict[str, Any] = {
        **seat.model_dump(),
        "call": str(seat.call_id) if seat.call_id else None,
    }
    return SeatOut.model_validate(shown)


def allowed_address(session: Session, address: str) -> str:
    """Return the address of a desk phone; raise Invalid for one that may not be rung."""
    own = lines.own_numbers(session, now=now())
    allowed = desk_phone(address, settings().desk_phones, own=own)
    if isinstance(allowed, NotAllowed):
        raise Invalid(
            f"{address!r} can't be rung: {allowed.reason}.",
            remedy="Give one like sip:1001@127.0.0.1:5080, or have HOTLINE_DESK_PHONES allow it.",
        )
    return allowed


def _changed(session: Session, seat: Seat) -> SeatOut:
    """Let the switch look at once, and return the seat."""
    ordering.wake(session)
    return seat_out(seat)
