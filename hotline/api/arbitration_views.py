"""How a case of arbitration is shown."""

from sqlmodel import Session

from dispatch import history
from dispatch.beside.models_beside import Arbitration
from dispatch.handling import cases
from dispatch.models import Ticket
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.api.schemas import DepartmentOut
from hotline.api.schemas_arbitrations import ArbitrationDetail, ArbitrationOut, PrecedentOut
from knowledge import names, precedents
from knowledge.models import Precedent


def arbitration_out(session: Session, case: Arbitration) -> ArbitrationOut:
    """Return the case with the departments by name."""
    ticket = session.get_one(Ticket, case.ticket_id)
    status = cases.status_of(session, case)
    known = names.department_names(session, [*case.candidates, case.department])
    clock = None
    if status is cases.CaseStatus.OPEN:
        clock = clocks.running_of(session, history.chain(ticket), ClockKind.ARBITRATE_BY)

    def named(code: str) -> DepartmentOut:
        return DepartmentOut(code=code, name=known.get(code, code))

    return ArbitrationOut(
        **case.model_dump(exclude={"candidates", "department", "ticket_id"}),
        ticket=ticket.number,
        title=ticket.title,
        status=status,
        candidates=[named(code) for code in case.candidates],
        due_at=clock.due_at if clock else None,
        department=named(case.department) if case.department else None,
    )


def arbitration_detail(session: Session, case: Arbitration) -> ArbitrationDetail:
    """Return the case with the precedent that it became, if the matter is one of the tree's."""
    ticket = session.get_one(Ticket, case.ticket_id)
    found = [
        each
        for each in precedents.of_ticket(session, ticket.number)
        if (each.department_code, each.updated_at) == (case.department, case.decided_at)
    ]
    return ArbitrationDetail(
        **arbitration_out(session, case).model_dump(),
        precedent=_precedent_out(session, found[-1]) if found else None,
        version=ticket.version,
    )


def _precedent_out(session: Session, made: Precedent) -> PrecedentOut:
    return PrecedentOut.model_validate(
        {**made.model_dump(), "valid_to": precedents.last_day(session, made)}
    )
