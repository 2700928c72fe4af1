"""What the matrix asks after: matters of one kind, that are one's own, another's, and sealed."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from dispatch.beside import extensions, supervision
from dispatch.beside.models_beside import Arbitration, Cluster, ClusterMember
from dispatch.beside.supervision import Cause
from dispatch.callback import callback_plan
from dispatch.handling import dispatching, info_requests, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core import accounts
from hotline.core.accounts import MACHINE, Account, Role
from hotline.core.clock import now
from tests.api.attached import attached
from tests.factories import create_ended_call, create_ticket, system_of

DISTRICT, DEPARTMENT = "540102", "540102-urban"
ELSEWHERE, OTHER = "540103", "540103-urban"
KEEPER, LEADER = "keeper", "named-leader"
WORD = "secret-word"


@dataclass(frozen=True)
class Matter:
    """A ticket with one of everything that hangs on one; `ids` by the names of paths and forms."""

    number: str
    order: str
    title: str
    ids: dict[str, Any]


@dataclass(frozen=True)
class World:
    """One's own matter, another's, and a sealed one that is where one's own is."""

    own: Matter
    foreign: Matter
    sealed: Matter


def world(session: Session) -> World:
    """Return the three matters; the sealed one is read by a keeper inside and by one leader."""
    own = matter(session, DISTRICT, DEPARTMENT, "城关区的路灯坏了一个星期。")
    foreign = matter(session, ELSEWHERE, OTHER, "堆龙德庆区的井盖丢了三天。")
    shut = matter(session, DISTRICT, DEPARTMENT, "某单位的某某收了好处。")
    keeper = person(session, KEEPER, Role.SUPERVISOR, district=DISTRICT)
    person(session, LEADER, Role.LEADER, department=DEPARTMENT)
    ticket = session.get_one(Ticket, shut.ids["ticket_id"])
    by = accounts.as_actor(keeper)
    sealing.seal(session, ticket, Seal("举报", [LEADER]), actor=by, now=now())
    merged(session, shut, ticket)
    session.flush()
    return World(own, foreign, shut)


def person(session: Session, name: str, role: Role, **columns: str) -> Account:
    """Return a new account with these columns."""
    made = accounts.create_account(session, name, WORD, role=role, now=now())
    for column, value in columns.items():
        setattr(made, column, value)
    session.flush()
    return made


def matter(session: Session, district: str, department: str, text: str) -> Matter:
    """Return a ticket that is with the department, with one of everything that hangs on one."""
    ticket = create_ticket(session, now=now(), text=text, district=district)
    ticket.call_id = create_ended_call(session, now=now()).id
    dispatching.dispatch(session, ticket, [Assignment(department)], actor=MACHINE, now=now())
    made = hung(session, ticket, department)
    if district != DISTRICT or "路灯" in text:
        merged(session, made, ticket)
    return made


def hung(session: Session, ticket: Ticket, department: str, said: str = "请尽快") -> Matter:
    """Hang one of everything on a ticket of a department's; `said` is in whatever has words."""
    (order,) = orders.of_ticket(session, ticket)
    system = system_of(department)
    orders.accept(session, order, actor=system, now=now())
    asked = info_requests.ask(session, order, f"{said}：哪里？", actor=system, now=now())
    longer = extensions.request_extension(session, order, 2, said, actor=system, now=now())
    watched = supervision.supervise(
        session, ticket, order, Cause.PERSON, said, actor=MACHINE, now=now()
    )
    callback = callback_plan.plan(session, ticket, now=now())
    ids = {
        "ticket_id": ticket.id,
        "callback_id": callback.id,
        "supervision_id": watched.id,
        "case_id": disputed(session, ticket, department),
        "count": longer.count,
        "info_id": asked.id,
        "call_id": str(ticket.call_id),
        "attachment_id": str(attached(session, order, system)),
    }
    return Matter(ticket.number, order.number, ticket.title, ids)


def disputed(session: Session, ticket: Ticket, department: str) -> int:
    """Return the id of a case that is open about who has to do it."""
    case = Arbitration(
        ticket_id=ticket.id or 0,
        round=0,
        why="asked",
        candidates=[department],
        opened_at=now(),
        opened_by="x",
    )
    session.add(case)
    session.flush()
    return case.id or 0


def merged(session: Session, made: Matter, ticket: Ticket) -> None:
    """Let the ticket be the main one of a cluster; no sealed one ever is, so the row is written."""
    cluster = Cluster(main_id=ticket.id or 0, reason="同一件事", at=now(), by="x")
    session.add(cluster)
    session.flush()
    member = ClusterMember(
        cluster_id=cluster.id or 0, ticket_id=ticket.id or 0, joined_at=now(), joined_by="x"
    )
    session.add(member)
    made.ids["cluster_id"] = cluster.id
