"""A place with a quiet history, and one matter that many people call about at once."""

from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.hot import jobs
from dispatch.hot.models_hot import HotAlert
from dispatch.models import Ticket
from dispatch.routing.proposal import Category
from tests.factories import create_ticket

OUTAGE = "城关区团结新村三栋停电了，整栋楼都没有电，请尽快派人抢修。"
POWER: Category = ("公用事业", "供电", "停电")
QUIET: Category = ("城乡建设", "市政设施", "路灯")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def quiet_weeks(session: Session, now: datetime, *, weeks: int = 4) -> None:
    """Let there have been a request every two days, about something else."""
    for day in range(2, weeks * 7, 2):
        asked(session, now - day * DAY, QUIET, "路灯不亮。")


def asked(session: Session, at: datetime, matter: Category = POWER, text: str = OUTAGE) -> Ticket:
    ticket = create_ticket(session, now=at, text=text, category=matter)
    ticket.created_at = at
    session.add(ticket)
    session.flush()
    return ticket


def burst(session: Session, now: datetime, number: int = 6) -> list[Ticket]:
    return [asked(session, now - (number - at) * MINUTE) for at in range(number)]


def looked(session: Session, now: datetime) -> int:
    """Look for what is hot within the test's own transaction; return how many were raised."""
    return jobs.look(lambda: nullcontext(session), now=now)


def alert_of(session: Session, now: datetime, place: str = "540102") -> HotAlert:
    """Return an alert of a place that a scene needs, raised without any counting."""
    alert = HotAlert(
        state="raised",
        kind="burst",
        place=place,
        matter="/".join(POWER),
        since=now - 15 * MINUTE,
        until=now,
        count=6,
        expected=0.1,
        score=9.0,
        alike=6,
        raised_at=now,
        departments=[],
    )
    session.add(alert)
    session.flush()
    return alert
