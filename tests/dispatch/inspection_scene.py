"""Talks as the switch and the recogniser leave them, and plans that draw from them; all ours."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from dispatch.inspection import draws, flagging, inspections, plans
from dispatch.inspection.inspections import Marks
from dispatch.inspection.models_inspection import Inspection, InspectionPlan
from dispatch.inspection.plans import Wish
from dispatch.inspection.population import midnight
from dispatch.inspection.states import Kind, Period
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from telephony import records
from telephony.commands import CallEnded
from telephony.models import Call
from tests.factories import arrival

Said = tuple[str, float, float, str]

GOOD: tuple[Said, ...] = (
    ("agent", 6, 9, "您好，12345热线，工号一为您服务"),
    ("caller", 9, 14, "路灯坏了一个星期"),
    ("agent", 14, 17, "请问在哪个小区"),
    ("caller", 17, 20, "团结新村"),
    ("agent", 20, 23, "已经登记，感谢您的来电，再见"),
)
BAD: tuple[Said, ...] = (
    ("agent", 6, 8, "你好"),
    ("caller", 8, 20, "路灯坏了一个星期都没有人来"),
    ("agent", 15, 21, "跟我没关系"),
    ("caller", 60, 62, "那怎么办"),
    ("agent", 62, 66, "我们会给您回电"),
)
ALL_MET = dict.fromkeys(
    ("greeting", "listening", "questions", "policy", "tone", "promise", "closing"), "met"
)


def person(session: Session, name: str, role: Role, now: datetime) -> Actor:
    """Return the account of this name, made where there is none."""
    found = accounts.find(session, name) or accounts.create_account(
        session, name, "", role=role, now=now
    )
    session.flush()
    return accounts.as_actor(found)


def talk(
    session: Session,
    at: datetime,
    said: tuple[Said, ...] = GOOD,
    *,
    agent: str = "agent-1",
    caller: str = "13989001234",
) -> Call:
    """Return a talk of the agent's that began at this moment, ended and written down."""
    call = records.open_call(session, arrival(at, caller=caller))
    records.answer_call(session, str(call.id), at=at)
    call.agent, call.connected_at = agent, at + timedelta(seconds=5)
    for speaker, start, end, text in said:
        records.add_utterance(
            session,
            call,
            speaker=speaker,
            seq=round(start * 1000),
            start_s=start,
            end_s=end,
            text=text,
            confidence=0.9,
            now=at,
        )
    over = (at + timedelta(seconds=70)).isoformat()
    records.end_call(session, CallEnded(str(call.id), "agent_hung_up", 70.0, 0, over))
    recording = records.recording_of(session, call)
    assert recording
    recording.status = "transcribed"
    session.flush()
    return call


def yesterday(now: datetime) -> datetime:
    """Return yesterday's noon in Beijing."""
    return midnight(beijing_day(now)) - timedelta(hours=12)


def plan(
    session: Session,
    now: datetime,
    inspectors: tuple[str, ...],
    *,
    per_agent: int = 1,
    **given: bool,
) -> InspectionPlan:
    """Return a plan of calls by the day, made two days ago."""
    maker = person(session, "plan-maker", Role.ADMINISTRATOR, now)
    for name in inspectors:
        person(session, name, Role.INSPECTOR, now)
    flags = given.get("with_flags", True)
    wish = Wish("每日抽检", Kind.CALL, Period.DAY, per_agent, flags, "call-basic", 5, inspectors)
    return plans.create(session, wish, actor=maker, now=now - timedelta(days=2))


def drawn(
    session: Session, now: datetime, said: tuple[Said, ...] = BAD, *, inspector: str, agent: str
) -> Inspection:
    """Return the inspection of one talk of the agent's, flagged and drawn for the inspector."""
    call = talk(session, yesterday(now), said, agent=agent)
    flagging.scan(session, now=now)
    made = plan(session, now, (inspector,))
    draws.draw(session, made, actor=person(session, "plan-maker", Role.ADMINISTRATOR, now), now=now)
    return session.exec(select(Inspection).where(Inspection.call_id == call.id)).one()


def submitted(session: Session, now: datetime, *, inspector: str, agent: str) -> Inspection:
    """Return such an inspection with its marks submitted."""
    found = drawn(session, now, inspector=inspector, agent=agent)
    marks = Marks({**ALL_MET, "listening": "missed"}, (), "第 15 秒抢话")
    actor = person(session, inspector, Role.INSPECTOR, now)
    return inspections.submit(session, found, marks, actor=actor, now=now)
