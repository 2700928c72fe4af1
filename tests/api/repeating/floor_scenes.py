"""What stands on the floor: agents with a call, who waits, who is owed one, modes and shifts."""

import itertools
from datetime import timedelta

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Account, Role
from hotline.core.clock import now
from hotline.core.people import login_sessions
from telephony import seats, service_modes, shifts
from telephony.acd import SeatStatus
from telephony.acd.modes import Mode
from telephony.models import Call, Seat
from tests.api import calls_scene as scene
from tests.api.repeating.scenes import Known

_FRESH = itertools.count(1)


def ringing(session: Session) -> Known:
    """A browser seat that rings."""
    account, headers = _holder(session)
    call = _caller(session)
    scene.offered(session, _seat(session, account), call, now())
    return {"call_id": str(call.id), "headers": headers}


def talking(session: Session) -> Known:
    """An agent, whom they fetched, and the caller."""
    known, call, _ = _in_a_call(session)
    scene.fetched(session, call, now())
    return known


def with_a_colleague(session: Session) -> Known:
    """The same with a free colleague to ring."""
    known, _, _ = _in_a_call(session)
    other, _ = _holder(session)
    _seat(session, other)
    return {**known, "body": {"seat": other.username}}


def of_a_colleague(session: Session) -> Known:
    """A team lead beside a call of somebody else's."""
    _, call, _ = _in_a_call(session)
    account, headers = _holder(session, Role.TEAM_LEAD)
    _seat(session, account)
    return {"call_id": str(call.id), "headers": headers}


def listened_to(session: Session) -> Known:
    """A team lead who listens to a call."""
    _, call, _ = _in_a_call(session)
    account, headers = _holder(session, Role.TEAM_LEAD)
    scene.listening(session, _seat(session, account), call, now())
    return {"call_id": str(call.id), "headers": headers}


def waiting(session: Session) -> Known:
    """A caller who waits, and a free agent."""
    account, headers = _holder(session)
    _seat(session, account)
    call = scene.waiting(session, now(), _number())
    return {"call_id": str(call.id), "headers": headers}


def written_down(session: Session) -> Known:
    """An agent who writes down the call they had."""
    known, call, seat = _in_a_call(session)
    seats.leave(session, seat.account_id, call.id, now=now())
    return known


def owed(session: Session) -> Known:
    """Somebody who is owed a call, and an agent with a telephone to make it."""
    account, headers = _holder(session)
    scene.seat_of(session, account.username, now(), kind="desk")
    row = scene.missed(session, now(), _number())
    return {"missed_id": row.id, "headers": headers}


def to_dial(session: Session) -> Known:
    known = owed(session)
    return {"headers": known["headers"], "body": {"missed": known["missed_id"]}}


def no_mode(session: Session) -> Known:
    for row in service_modes.coming(session, now=now()):
        service_modes.end(session, row.id or 0, by="boss", now=now())
    return {}


def mode(session: Session) -> Known:
    no_mode(session)  # what another request set has no end
    begins_at = now() + timedelta(days=next(_FRESH))  # no mode is set twice for one time
    ends_at = begins_at + timedelta(hours=1)
    row = service_modes.switch(
        session, Mode.SURGE, begins_at=begins_at, ends_at=ends_at, by="boss", now=now()
    )
    return {"mode_id": row.id}


def agent(session: Session) -> Known:
    account, headers = _holder(session)
    return {"username": account.username, "headers": headers}


def to_roster(session: Session) -> Known:
    return {"body": {"username": agent(session)["username"]}}


def shift(session: Session) -> Known:
    account, _ = _holder(session)
    begins_at = now() + timedelta(days=1)
    row = shifts.roster(
        session,
        account.id or 0,
        begins_at,
        begins_at + timedelta(hours=8),
        by="boss",
        now=now(),
    )
    return {"shift_id": row.id}


def note(session: Session) -> Known:
    account, headers = _holder(session)
    row = shifts.leave_note(session, account.id or 0, "色拉路停水。", now=now())
    return {"note_id": row.id, "headers": headers}


def _in_a_call(session: Session) -> tuple[Known, Call, Seat]:
    account, headers = _holder(session)
    seat, call = _seat(session, account), _caller(session)
    scene.talking(session, seat, call, now())
    return {"call_id": str(call.id), "headers": headers}, call, seat


def _holder(session: Session, role: Role = Role.AGENT) -> tuple[Account, dict[str, str]]:
    name = f"holder-{next(_FRESH)}"
    account = accounts.create_account(session, name, "secret-word", role=role, now=now())
    session.flush()
    token = login_sessions.open_session(session, account, hours=1, now=now())
    return account, {"Authorization": f"Bearer {token}"}


def _seat(session: Session, account: Account) -> Seat:
    made = scene.seat_of(session, account.username, now())
    assert made.status == SeatStatus.READY
    return made


def _caller(session: Session) -> Call:
    return scene.caller(session, now(), _number())


def _number() -> str:
    """Return a number of somebody who never called before."""
    return f"1398{next(_FRESH):07d}"
