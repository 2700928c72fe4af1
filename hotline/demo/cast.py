"""The demo's people: one account for each role to sign in with, and colleagues who are played."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Account, Actor, Role
from hotline.core.people import passwords, staff

AGENT = Actor("agent07", Role.AGENT)
LEAD = Actor("lead01", Role.TEAM_LEAD)
OVERSEER = Actor("supervisor01", Role.SUPERVISOR)
DEPARTMENT = "540102-urban"  # 城关区城管局: the street lamps' and the barbecue's


@dataclass(frozen=True)
class Part:
    """One account; nobody signs in as who is `played`."""

    username: str
    name: str
    role: Role
    department: str = ""
    played: bool = False


@dataclass(frozen=True)
class Shown:
    """What a visitor signs in with, shown once."""

    part: Part
    password: str


TOUR = "演示导览 tour   /console/tour"
AGENTS = ("agent11", "agent12")  # whose telephones the demo answers
PARTS = (
    Part("agent", "话务员", Role.AGENT),
    Part("lead", "班长", Role.TEAM_LEAD),
    Part("supervisor", "督办员", Role.SUPERVISOR),
    Part("handler", "城管局经办人", Role.HANDLER, DEPARTMENT),
    Part("leader", "城管局分管领导", Role.LEADER, DEPARTMENT),
    Part("editor", "知识库编辑", Role.EDITOR),
    Part("inspector", "质检员", Role.INSPECTOR),
    Part("auditor", "审计员", Role.AUDITOR),
    Part(AGENT.name, "话务员 07", Role.AGENT, played=True),
    Part(LEAD.name, "班长 01", Role.TEAM_LEAD, played=True),
    Part(OVERSEER.name, "督办员 01", Role.SUPERVISOR, played=True),
    *(Part(name, f"话务员 {name[-2:]}", Role.AGENT, played=True) for name in AGENTS),
)


def enrol(session: Session, *, now: datetime) -> list[Shown]:
    """Make the accounts that are not there yet; return how visitors sign in with the new ones."""
    return [
        _made(session, part, now) for part in PARTS if accounts.find(session, part.username) is None
    ]


def visitors(shown: list[Shown]) -> list[Shown]:
    """Return those whom a visitor can be."""
    return [each for each in shown if not each.part.played]


def played(session: Session, username: str) -> Account:
    """Return the account of a colleague who is played."""
    return staff.find(session, username)


def _made(session: Session, part: Part, now: datetime) -> Shown:
    password = "" if part.played else passwords.temporary_password()
    # Like the first administrator: nobody is there yet to have made them, or to be told.
    made = accounts.create_account(
        session, part.username, password, role=part.role, display_name=part.name, now=now
    )
    made.department = part.department
    session.flush()
    return Shown(part, password)


def announced(shown: list[Shown], folder: Path) -> list[str]:
    """Return the lines that say, this once, how visitors sign in, and where to begin."""
    lines = [
        f"演示账号 demo   {each.part.username:<10} / {each.password}   {each.part.name}"
        for each in shown
    ]
    again = f"HOTLINE_DATA_DIR={folder} hotline reset-password agent"
    return [*(lines or [f"演示账号 demo   shown at the first start; else: {again}"]), TOUR]


def living_command() -> tuple[str, ...]:
    """Return the command of the process in which the demo's people live."""
    return (sys.executable, "-m", "hotline.demo.living")
