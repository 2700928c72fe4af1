"""Tickets as far as they can be brought, each with what a path or a body may name of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from dispatch import tickets
from dispatch.beside import supervision, suspensions
from dispatch.beside.extensions import request_extension
from dispatch.callback import callback_plan
from dispatch.clustering import clusters
from dispatch.ending import handovers, withdrawals
from dispatch.ending.handovers import Transfer
from dispatch.handling import (
    arbitration,
    co_handling,
    dispatching,
    info_requests,
    onward,
    orders,
    replies,
    reviews,
)
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import WorkOrder
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from dispatch.terms import TimeClass
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day, now
from tests.factories import create_ticket

AGENT, LEAD = Actor("agent-0", Role.AGENT), Actor("lead-0", Role.TEAM_LEAD)
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
CITY, COUNTY = "540100-urban", "540102-urban"

Known = dict[str, Any]
"""What is there to be named: path parameters and fields of bodies, by their names."""
Made = tuple[WorkOrder, Known]


def registered(session: Session) -> Known:
    ticket = create_ticket(session, now=now())
    return {"ticket": ticket.number}


def dispatched(session: Session) -> Known:
    return _dispatched(session)[1]


def accepted(session: Session) -> Known:
    return _accepted(session)[1]


def accepted_by_the_city(session: Session) -> Known:
    return _accepted(session, CITY)[1]


def replied(session: Session) -> Known:
    return _replied(session)[1]


def drafted(session: Session) -> Known:
    order, known = _accepted(session, time_class=TimeClass.COMPLEX)
    replies.reply(session, order, ANSWER, actor=_of(order), now=now())
    return known


def settled(session: Session) -> Known:
    order, known = _replied(session)
    reviews.complete(session, order, actor=AGENT, now=now())
    callback = callback_plan.of_ticket(session, orders.ticket_of(session, order))
    return {**known, "callback_id": callback.id if callback else 0}


def ended(session: Session) -> Known:
    ticket = create_ticket(session, now=now() - timedelta(days=800))
    withdrawals.withdraw(
        session,
        ticket,
        withdrawals.Wish.SETTLED_OTHERWISE,
        actor=AGENT,
        now=now() - timedelta(days=799),
    )
    return {"ticket": ticket.number}


def asking(session: Session) -> Known:
    order, known = _accepted(session)
    request_extension(session, order, 3, "等材料", actor=_of(order), now=now())
    asked = info_requests.ask(session, order, "哪一盏灯？", actor=_of(order), now=now())
    co_handling.ask(session, order, CITY, "请协助", actor=_of(order), now=now())
    return {**known, "count": 1, "info_id": asked.id}


def given_on(session: Session) -> Known:
    order, known = _accepted(session, CITY)
    (child,) = onward.dispatch(session, order, [COUNTY], "", actor=_of(order), now=now())
    return {**known, "order": child.number}


def returned(session: Session) -> Known:
    order, known = _dispatched(session)
    given = Return("unclear_duty", "三定方案")
    reviews.return_order(session, order, given, actor=_of(order), now=now())
    return known


def contested(session: Session) -> Known:
    known = returned(session)
    ticket = tickets.find(session, known["ticket"], lock=True)
    case = arbitration.ask(session, ticket, "都称不管", actor=AGENT, now=now())
    return {**known, "case_id": case.id}


def handed_over(session: Session) -> Known:
    ticket = create_ticket(session, now=now())
    handovers.hand_over(session, ticket, Transfer("police", "有人打架"), actor=AGENT, now=now())
    return {"ticket": ticket.number}


def suspended(session: Session) -> Known:
    order, known = _accepted(session)
    ticket, review_on = orders.ticket_of(session, order), beijing_day(now()) + timedelta(days=60)
    suspensions.suspend(session, ticket, COUNTY, review_on, "冻土期", actor=LEAD, now=now())
    return known


def supervised(session: Session) -> Known:
    order, known = _accepted(session)
    ticket, cause = orders.ticket_of(session, order), supervision.Cause.PERSON
    row = supervision.supervise(session, ticket, order, cause, "请说明", actor=LEAD, now=now())
    return {**known, "supervision_id": row.id}


def answered_supervision(session: Session) -> Known:
    known = supervised(session)
    row = supervision.find(session, known["supervision_id"])
    supervision.answer(session, row, "已更换", actor=_named(COUNTY), now=now())
    return known


def several(session: Session) -> Known:
    made = [create_ticket(session, now=now()) for _ in range(3)]
    return {"ticket": made[0].number, "main": made[0].number, "members": [made[1].number]}


def merged(session: Session) -> Known:
    main, member, other = (create_ticket(session, now=now()) for _ in range(3))
    row = clusters.merge(session, main, [member], "同一处路灯", actor=AGENT, now=now())
    return {
        "ticket": member.number,
        "main": member.number,
        "members": [other.number],
        "cluster_id": row.id,
    }


def sealed(session: Session) -> Known:
    ticket = create_ticket(session, now=now())
    actor = Actor("lead", Role.TEAM_LEAD)
    sealing.seal(session, ticket, Seal("举报", ("keeper",)), actor=actor, now=now())
    return {"ticket": ticket.number, "reader": "keeper"}


SCENES: list[Callable[[Session], Known]] = [
    registered,
    dispatched,
    accepted,
    accepted_by_the_city,
    replied,
    drafted,
    settled,
    ended,
    asking,
    given_on,
    returned,
    contested,
    handed_over,
    suspended,
    supervised,
    answered_supervision,
    several,
    merged,
    sealed,
]


def _dispatched(session: Session, to: str = COUNTY, **changes: Any) -> Made:
    ticket = create_ticket(session, now=now(), **changes)
    dispatching.dispatch(session, ticket, [Assignment(to)], actor=AGENT, now=now())
    order = orders.of_ticket(session, ticket)[0]
    return order, {"ticket": ticket.number, "order": order.number}


def _accepted(session: Session, to: str = COUNTY, **changes: Any) -> Made:
    order, known = _dispatched(session, to, **changes)
    orders.accept(session, order, actor=_of(order), now=now())
    return order, known


def _replied(session: Session) -> Made:
    order, known = _accepted(session)
    replies.reply(session, order, ANSWER, actor=_of(order), now=now())
    return order, known


def _of(order: WorkOrder) -> Actor:
    return _named(order.department)


def _named(department: str) -> Actor:
    return Actor(f"{department}#0", Role.SYSTEM, department)
