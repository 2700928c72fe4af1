"""A rule that a sealed ticket's arbitration made is followed, and says nothing of that ticket."""

from datetime import datetime

from sqlmodel import Session, select

from dispatch.handling import arbitration, dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import ProposalRow, Ticket
from dispatch.routing import router
from dispatch.routing.proposal import Proposal
from dispatch.sealing import sealing
from hotline.api.arbitration_views import arbitration_detail
from hotline.core.accounts import Actor, Role
from knowledge import precedents
from tests.dispatch.arbitration_scene import LEAD, contested, open_case
from tests.dispatch.dispatching_scene import AGENT, CITY
from tests.dispatch.sealing_scene import WHY, plainly, somebody
from tests.factories import LAMP, create_ticket

SAID = "张某住在该小区，由市级单位办理"
EVERYWHERE = ("precedent", "proposal", "work_order", "arbitration")


def routed(session: Session, at: datetime) -> Proposal:
    return router.propose(session, LAMP, home="540100", spoken=False, auto=None, at=at)


def follow(session: Session, at: datetime) -> Ticket:
    """Return another's ticket that was dispatched as the precedent says."""
    found = routed(session, at)
    ticket = create_ticket(session, now=at)
    row = ProposalRow(
        ticket_id=ticket.id, at=at, department=CITY, confidence=1, body=found.as_json()
    )
    session.add(row)
    given = Assignment(CITY, found.legal_basis)
    return dispatching.dispatch(session, ticket, [given], actor=AGENT, now=at)


def test_what_was_decided_on_a_sealed_ticket_is_a_rule_without_words(
    session: Session, lead: Actor, now: datetime
) -> None:
    ticket = contested(session, now)
    somebody(session, "city", Role.LEADER, now, department=CITY)
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    sealing.add(session, ticket, ["city"], actor=lead, now=now)
    case = open_case(session, ticket)
    order = arbitration.decide(session, case, CITY, SAID, actor=LEAD, now=now)
    assert plainly(session, "张某", EVERYWHERE) == []
    session.expire_all()
    assert (case.basis, order.legal_basis) == (SAID, SAID)  # for its readers
    shown = arbitration_detail(session, case).precedent
    assert shown
    assert precedents.of_ticket(session, ticket.number)[0].basis == precedents.WITHHELD
    found = routed(session, now)
    assert found.department_code == CITY
    assert found.legal_basis == precedents.WITHHELD
    assert ticket.number not in str(found.as_json())


def test_what_was_cited_before_it_was_sealed_is_taken_back(
    session: Session, lead: Actor, now: datetime
) -> None:
    ticket = contested(session, now)
    arbitration.decide(session, open_case(session, ticket), CITY, SAID, actor=LEAD, now=now)
    other = follow(session, now)
    assert plainly(session, "张某", EVERYWHERE) == list(EVERYWHERE)
    somebody(session, "city", Role.LEADER, now, department=CITY)
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    assert plainly(session, "张某", EVERYWHERE) == []
    session.expire_all()
    (order,) = orders.of_ticket(session, other)
    assert order.legal_basis == precedents.WITHHELD
    row = session.exec(select(ProposalRow).where(ProposalRow.ticket_id == other.id)).one()
    assert ticket.number not in str(row.body)
    assert routed(session, now).department_code == CITY
