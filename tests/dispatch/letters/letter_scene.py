"""Letters of each kind, and who writes, approves, gets and answers them."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, select

from dispatch.letters import drafting, issuing, letter_clocks, reading
from dispatch.letters.drafting import Draft, Meeting
from dispatch.letters.models_letters import Letter
from dispatch.letters.references import Reference, Thing
from dispatch.letters.states import Kind
from dispatch.models import Clock
from hotline.core.accounts import Actor, Role
from tests.factories import system_of

URBAN, WATER = "540102-urban", "540100-water"
WRITER, APPROVER = Actor("writer", Role.SUPERVISOR), Actor("approver", Role.SUPERVISOR)
OURS, THEIRS = system_of(URBAN), system_of(WATER)
HOME = "540000"
BULLETIN = Draft(
    Kind.BULLETIN, "十月办理情况通报", "请各单位对照查找不足。", departments=(URBAN, WATER)
)
RECTIFICATION = Draft(
    Kind.RECTIFICATION,
    "路灯问题整改通知书",
    "限期整改，并书面答复。",
    departments=(URBAN,),
    basis="12345热线办理办法",
    clause="第十二条",
)


def interview(now: datetime) -> Draft:
    """Return an interview that is held the day after tomorrow."""
    meeting = Meeting(now + timedelta(days=2), "热线办会议室", ("城管局分管负责人", "热线办督办科"))
    return Draft(
        Kind.INTERVIEW, "约谈通知", "就反复投诉约谈。", departments=(URBAN,), meeting=meeting
    )


def approved(session: Session, given: Draft, now: datetime) -> Letter:
    letter = drafting.draft(session, given, HOME, actor=WRITER, now=now)
    return drafting.approve(session, letter, actor=APPROVER, now=now)


def issued(session: Session, given: Draft, now: datetime) -> Letter:
    return issuing.issue(session, approved(session, given, now), actor=WRITER, now=now)


def to(given: Draft, *departments: str) -> Draft:
    return replace(given, departments=departments)


def running(session: Session, letter: Letter) -> dict[str, Clock]:
    """Return the one recipient's running clocks by kind."""
    session.flush()
    subject = letter_clocks.subject_of(letter, reading.only(session, letter))
    rows = select(Clock).where(Clock.subject == subject).order_by(Clock.kind)
    return {each.kind: each for each in session.exec(rows).all() if each.stopped_at is None}


def standing(session: Session, letter: Letter) -> dict[str, str]:
    return {each.department: each.standing for each in reading.recipients(session, letter)}


def written_to(session: Session, department: str, now: datetime) -> dict[str, str]:
    """Write a rectification letter and a draft to the department; return their ids by name."""
    figure = Reference(Thing.INDICATOR, "close_on_time", "2026-10-01", "2026-10-31", "81.5%")
    given = replace(to(RECTIFICATION, department), references=(figure,))
    drafted = drafting.draft(session, to(BULLETIN, department), HOME, actor=WRITER, now=now)
    return {"letter": str(issued(session, given, now).id), "letter_draft": str(drafted.id)}
