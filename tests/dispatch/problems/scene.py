"""Street lamps of one county as a problem, and who proposes, lists, solves and verifies it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from dispatch.indicators import following
from dispatch.models import Ticket
from dispatch.problems import life, writing
from dispatch.problems.before_after import Aim, Days
from dispatch.problems.models_problems import Problem
from dispatch.problems.states import Action
from dispatch.problems.writing import Plan, Step
from dispatch.routing.proposal import Category
from hotline.core import accounts
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import BEIJING, beijing_day
from tests.dispatch.indicators.scene import refresh_all
from tests.factories import create_ticket, system_of

LAMPS: Category = ("城乡建设", "市政设施", "路灯")
LEAD = "540102-urban"
OWNER = "problem-owner"
BASELINE = Days(date(2025, 3, 1), date(2025, 3, 31))
AFTER = Days(date(2027, 3, 1), date(2027, 3, 31))  # of what is claimed late in 2026
WRITER = Actor("writer", Role.TEAM_LEAD)
LISTER = Actor("lister", Role.SUPERVISOR)
VERIFIER = Actor("verifier", Role.SUPERVISOR)
SOLVER = system_of(LEAD)


def owner(session: Session, now: datetime) -> Account:
    found = accounts.find(session, OWNER)
    return found or accounts.create_account(session, OWNER, "", role=Role.TEAM_LEAD, now=now)


def plan(**changes: Any) -> Plan:
    given: dict[str, Any] = {
        "year": 2026,
        "title": "城关区路灯成片不亮",
        "met": "夜间道路无照明，报修后数周不修。",
        "cause": "管护单位与维修合同未衔接。",
        "measure": "统一移交管护，建立七日修复制度。",
        "matter": "城乡建设/市政设施",
        "district": "540102",
        "lead_department": LEAD,
        "indicator": "requests",
        "aim": Aim.AT_MOST,
        "target": 2.0,
        "baseline": BASELINE,
        "owner": OWNER,
        "milestones": (Step("完成移交", date(2026, 12, 1)), Step("更换灯具", date(2026, 12, 31))),
    }
    return Plan(**{**given, **changes})


def proposed(session: Session, now: datetime, actor: Actor = WRITER, **changes: Any) -> Problem:
    owner(session, now)
    return writing.propose(session, plan(**changes), actor=actor, now=now)


def listed(session: Session, now: datetime, **changes: Any) -> Problem:
    problem = proposed(session, now, **changes)
    return life.act(session, problem, Action.PUT_ON_LIST, actor=LISTER, now=now)


def begun(session: Session, now: datetime, **changes: Any) -> Problem:
    problem = listed(session, now, **changes)
    return life.act(session, problem, Action.BEGIN, actor=SOLVER, now=now)


def claimed(session: Session, now: datetime, **changes: Any) -> Problem:
    problem = begun(session, now, **changes)
    return life.act(session, problem, Action.CLAIM, "灯具已全部更换。", actor=SOLVER, now=now)


def measured(session: Session, now: datetime) -> None:
    """Let every day up to today's be measured, as the sweep leaves it.

    The days on which nothing was have no facts: they are not gone through, years of them.
    """
    watch = following.claim(session, now=now)
    assert watch
    refresh_all(session, now)
    watch.next_day = beijing_day(now) + timedelta(days=1)
    session.flush()


def asked(session: Session, day: date, many: int, matter: Category = LAMPS) -> list[Ticket]:
    """Let so many ask about the matter on that day, at noon."""
    at = datetime.combine(day, time(12), BEIJING)
    return [_asked(session, at + number * timedelta(minutes=1), matter) for number in range(many)]


def _asked(session: Session, at: datetime, matter: Category) -> Ticket:
    ticket = create_ticket(session, now=at, category=matter)
    ticket.created_at = at
    session.add(ticket)
    session.flush()
    return ticket
