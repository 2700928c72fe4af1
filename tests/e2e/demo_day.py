"""A made-up day at a hotline, for pictures and page tests; every word in it is ours.

`python -m tests.e2e.demo_day` fills the hotline that HOTLINE_DATA_DIR names.
"""

import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from dispatch import intake
from dispatch.callback import callbacks
from dispatch.callback.callback_plan import CallbackMode
from dispatch.callback.callback_plan import of_ticket as callback_of
from dispatch.callback.callbacks import Answers, AttemptOutcome
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Ticket
from dispatch.rules import sign_off
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.settings import settings
from telephony import records
from telephony.commands import (
    CallArrived,
    CallEnded,
)

AGENT = Actor("agent07", Role.AGENT)
PASSWORD = "made-up-day"  # noqa: S105  # of an account that only pictures see
SOUNDS = Path(__file__).parents[2] / "hotline" / "demo" / "audio"


@dataclass(frozen=True)
class Told:
    """One caller: what was said, how long ago, and how far the matter has come since."""

    said: tuple[str, ...]
    minutes_ago: int
    steps: tuple[str, ...] = ()
    sound: str = "late_bus"


DAY = (
    Told(
        ("我要投诉，德吉路一家饭馆多收了我们两百块钱，结账的时候和菜单上的价格不一样。",),
        60 * 50,
        ("dispatch", "accept", "reply", "complete"),
    ),
    Told(
        (
            "我在达孜区的工地上干活，老板拖欠了我们三个月的工资，",
            "打电话他也不接，请帮我们把工资要回来。",
        ),
        60 * 30,
        ("dispatch", "accept", "reply"),
        "unpaid_wages",
    ),
    Told(
        ("城关区团结新村的自来水停了一天了，家里有老人，请问什么时候能来水？",),
        60 * 26,
        ("dispatch", "accept", "reply", "complete", "rate"),
    ),
    Told(
        ("堆龙德庆区的公园里有几棵树枯死了，希望补种一些。",),
        60 * 20,
        ("dispatch", "return"),
    ),
    Told(
        (
            "我住在德吉路，楼下有一家烧烤店，每天半夜还很吵，",
            "客人大声说话，孩子没法睡觉，请你们管一管。",
        ),
        60 * 6,
        ("dispatch", "accept"),
        "noisy_barbecue",
    ),
    Told(
        ("我想咨询一下，外地户口的孩子在城关区上小学，需要准备什么材料？",),
        60 * 3,
        ("dispatch",),
    ),
    Told(
        (
            "你好，我在北京中路等公交车，等了四十分钟，一辆车也没有来，",
            "上班都迟到了，请问这是怎么回事？",
        ),
        52,
        (),
        "late_bus",
    ),
    Told(("我们小区的燃气管道在漏气，味道很大，请赶快派人来看看！",), 9),
    Told(
        (
            "你好，拉萨市城关区北京东路的路灯坏了一个星期了，",
            "晚上看不见路，老人和孩子走路很危险，请派人来修一下。",
            "我的电话是13900001234。",
        ),
        4,
        (),
        "street_lamp",
    ),
)


def fill(session: Session, *, at: datetime) -> list[str]:
    """Make the whole day, as if it were `at` now, and return the tickets' numbers, oldest first."""
    accounts.create_account(
        session, AGENT.name, PASSWORD, role=Role.AGENT, display_name="话务员 07", now=at
    )
    return [tell(session, told, place, at=at).number for place, told in enumerate(DAY)]


def tell(session: Session, told: Told, place: int, *, at: datetime) -> Ticket:
    """Make one caller's ticket and take it as far as it has come."""
    began = at - timedelta(minutes=told.minutes_ago)
    call_id = _call(session, told, f"139{place:04d}{place:04d}", began)
    ticket = intake.register_call(
        session, call_id, district="540100", auto_dispatch=False, now=began
    )
    assert ticket
    pace = timedelta(minutes=told.minutes_ago) / (len(told.steps) + 1)
    for step, name in enumerate(told.steps, start=1):
        _STEPS[name](session, ticket, began + pace * step)
        session.flush()
    return ticket


def _call(session: Session, told: Told, caller: str, at: datetime) -> uuid.UUID:
    call_id = uuid.uuid4()
    path = f"{at:%Y/%m/%d}/{call_id}.wav"
    target = settings().recordings_dir / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOUNDS / f"{told.sound}.wav", target)
    arrived = CallArrived(
        call_id=str(call_id),
        worker="media-0.1",
        caller=caller,
        called="12345",
        sip_call_id=f"{call_id}@demo",
        recording=path,
        at=at.isoformat(),
    )
    call = records.open_call(session, arrived)
    records.answer_call(session, str(call_id), at=at)
    records.end_call(session, CallEnded(str(call_id), "message_left", 9.0, 0, at.isoformat()))
    for seq, text in enumerate(told.said, start=1):
        records.add_utterance(
            session,
            call,
            speaker="caller",
            seq=seq,
            start_s=3.0 * (seq - 1),
            end_s=3.0 * seq,
            text=text,
            confidence=0.82,
            now=at,
        )
    recording = records.recording_of(session, call)
    assert recording
    recording.status = "transcribed"
    session.flush()
    return call_id


def _dispatch(session: Session, ticket: Ticket, at: datetime) -> None:
    proposal = intake.proposal_of(session, ticket)
    assert proposal
    basis = str(proposal.body["legal_basis"])
    chosen = [Assignment(proposal.department or "540100-desk", basis)]
    dispatching.dispatch(session, ticket, chosen, actor=AGENT, now=at)


def _accept(session: Session, ticket: Ticket, at: datetime) -> None:
    order = orders.of_ticket(session, ticket)[-1]
    orders.accept(session, order, actor=_system(order.department), now=at)


def _reply(session: Session, ticket: Ticket, at: datetime) -> None:
    order = orders.of_ticket(session, ticket)[-1]
    answer = Answer(
        result="已到现场核实并处理，联系了诉求人。",
        is_true=True,
        is_solved=True,
        public_reply="您好，您反映的问题我们已到现场核实，当天处理完毕，感谢您的监督。",
        contacted_at=at - timedelta(minutes=20),
    )
    office = "局长" if sign_off.required(session, ticket, now=at) else ""
    actor = _system(order.department)
    replies.reply(session, order, answer, signed_off_by=office, actor=actor, now=at)


def _complete(session: Session, ticket: Ticket, at: datetime) -> None:
    order = orders.of_ticket(session, ticket)[-1]
    reviews.complete(session, order, actor=AGENT, now=at)


def _rate(session: Session, ticket: Ticket, at: datetime) -> None:
    callback = callback_of(session, ticket)
    assert callback
    callback.mode = CallbackMode.PERSON
    answers = Answers(AttemptOutcome.COMPLETED, contacted=True, solved=True, rating=5)
    callbacks.record_by_person(session, callback, answers, actor=AGENT, now=at)


def _return(session: Session, ticket: Ticket, at: datetime) -> None:
    order = orders.of_ticket(session, ticket)[-1]
    given = Return("not_our_duty", "本单位三定方案第四条：公园绿地由市政部门养护。", "540100-urban")
    reviews.return_order(session, order, given, actor=_system(order.department), now=at)


def _system(department: str) -> Actor:
    return Actor(f"{department}#1", Role.SYSTEM, department)


_STEPS = {
    "dispatch": _dispatch,
    "accept": _accept,
    "reply": _reply,
    "complete": _complete,
    "rate": _rate,
    "return": _return,
}

if __name__ == "__main__":
    with transaction() as open_session:
        fill(open_session, at=now())
