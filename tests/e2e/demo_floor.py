"""A made-up rush at a hotline: who waits, who talks, who is owed a call; for pictures and pages."""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core import accounts
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import BEIJING, beijing_day, now
from hotline.core.db import transaction
from hotline.core.settings import settings
from hotline.demo import rush
from telephony import blocking, service_modes, shifts, sip_accounts
from telephony.acd import SeatStatus
from telephony.acd.modes import Mode
from telephony.models import Call, CallStatus, Seat
from telephony.models_trunks import BlockReason
from telephony.service_modes import SwitchWhy
from tests.api import calls_scene as scene
from tests.factories import create_ticket

LEAD = Actor("lead01", Role.TEAM_LEAD)
PASSWORD = "made-up-rush"  # noqa: S105  # of an account that only pictures see
LATE = (
    ("540102-urban", "城关区林廓北路有三盏路灯不亮，晚上接孩子看不见路。"),
    ("540102-urban", "城关区藏热路的路灯白天亮、晚上灭，请调一调时间。"),
    ("540102-urban", "城关区当热路的一根灯杆歪了，风一吹就晃，怕倒下来砸到人。"),
    ("540100-police", "城关区江苏路口的路灯和红绿灯都不亮，夜里过马路很危险。"),
    ("540102-housing", "城关区扎基路一个小区里的路灯坏了两个月，物业一直没有修。"),
)
TALKING, BUSY = 6, ((SeatStatus.WRAP_UP, ""), (SeatStatus.PAUSED, "meal"))


def fill(session: Session, *, at: datetime) -> None:
    """Make the rush, as if it were `at` now."""
    accounts.create_account(
        session, LEAD.name, PASSWORD, role=Role.TEAM_LEAD, display_name="班长 01", now=at
    )
    rush.fare_all(session, at=at)
    enliven(session, at=at)


def enliven(session: Session, *, at: datetime) -> None:
    """Let callers wait and agents talk, as if it were `at` now; the lead has an account."""
    for place in range(TALKING):
        _talks(session, place, at)
    for place, (status, why) in enumerate(BUSY):
        _sits(session, place, status, why, at)
    for place, waited_s in enumerate((96, 41, 8)):
        call = scene.waiting(session, at - timedelta(seconds=waited_s), f"1390020{place:04d}")
        call.language = ("bo", "zh", "zh")[place]
        call.boost_s = (0, 30, 0)[place]
    for minutes in (7, 22, 48):
        scene.missed(session, at - timedelta(minutes=minutes), f"1390030{minutes:04d}")
    for department, text in LATE:
        began = at - timedelta(days=60)
        ticket = create_ticket(session, now=began, text=text)
        dispatching.dispatch(session, ticket, [Assignment(department)], actor=MACHINE, now=began)
    _staffed(session, at)
    session.flush()


def _talks(session: Session, place: int, at: datetime) -> None:
    began = at - timedelta(seconds=37 + 71 * place)
    call: Call = scene.caller(session, began, f"1390040{place:04d}")
    seat = scene.seat_of(session, f"agent{place + 11}", began)
    seat.skills = {"zh": 9, "bo": 8} if place % 3 == 0 else {}
    call.language = "bo" if place % 3 == 0 else "zh"
    scene.talking(session, seat, call, began)
    if place == 1:
        scene.fetched(session, call, at)


def _sits(session: Session, place: int, status: SeatStatus, why: str, at: datetime) -> None:
    seat: Seat = scene.seat_of(session, f"agent{place + 31}", at)
    seat.status, seat.pause_reason = status, why
    seat.wanted = SeatStatus.PAUSED if why else SeatStatus.READY
    seat.wrap_up_until = None if why else at + timedelta(minutes=5)


def _staffed(session: Session, at: datetime) -> None:
    """Roster a week, leave a note, open a telephone, block a caller, and say that it is a rush."""
    monday = beijing_day(at) - timedelta(days=beijing_day(at).weekday())
    for day in range(7):
        for place, (desk, hour, hours) in enumerate((("", 9, 8), ("", 13, 8), ("night", 21, 11))):
            _rostered(session, monday + timedelta(days=day), (day + place) % 6, desk, hour, hours)
    lead = accounts.find(session, LEAD.name)
    shifts.leave_note(
        session,
        (lead and lead.id) or 0,
        "色拉路停水，预计 18 点恢复；供水公司已回复同一口径。\n德吉路漏气已转燃气公司，请跟进。",
        now=at - timedelta(hours=2),
    )
    for name, label in (("1001", "大厅一号席"), ("1002", "大厅二号席")):
        sip_accounts.issue(session, name, label, actor=LEAD, now=at)
    nuisance = scene.caller(session, at - timedelta(hours=3), "13900500001")
    nuisance.status, nuisance.ended_at = CallStatus.ENDED, at
    why, own = BlockReason.OCCUPYING, settings()
    blocking.block(session, own, nuisance, why, days=7, actor=Actor("agent11", Role.AGENT), now=at)
    service_modes.switch(
        session, Mode.SURGE, begins_at=at, why=SwitchWhy.WEATHER, by=LEAD.name, now=at
    )


def _rostered(session: Session, on: date, place: int, desk: str, hour: int, hours: int) -> None:
    account = accounts.find(session, f"agent{place + 11}")
    began = datetime.combine(on, time(hour), BEIJING)
    ended = began + timedelta(hours=hours)
    shifts.roster(
        session, (account and account.id) or 0, began, ended, desk=desk, by=LEAD.name, now=began
    )


if __name__ == "__main__":
    with transaction() as open_session:
        fill(open_session, at=now())
