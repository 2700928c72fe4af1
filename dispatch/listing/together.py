"""批量办理: one thing done with many tickets, each judged by itself as if it were the only one."""

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session, col, select

from dispatch import intake, reminders, tickets
from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.ending import archives
from dispatch.handling import dispatching, leads
from dispatch.handling.orders import Assignment
from dispatch.listing import merging
from dispatch.listing.errands import PERMISSIONS, Action, Chosen, Errand, Outcome
from dispatch.models import Ticket
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS
from hotline.core.errors import Conflict, HotlineError
from hotline.core.privacy import Person
from hotline.core.security import require

MOST = 100


def act(session: Session, chosen: Sequence[Chosen], errand: Errand) -> list[Outcome]:
    """Do it with each ticket or refuse it, and return what became of them, as they were chosen.

    A refusal undoes nothing else. Raises NotAllowed for who may do it with none of them, Conflict
    for more than `MOST`, or for what is wrong with all of them together.
    """
    require(errand.actor, PERMISSIONS[errand.action])
    if len(chosen) > MOST:
        raise Conflict(f"{len(chosen)} tickets at once are too many.", remedy=f"Choose {MOST}.")
    named = {each.number: each for each in reversed(chosen)}
    if errand.action is Action.REMIND:
        _require_one_requester(session, errand, [*named])
    if errand.action is Action.MERGE:
        return merging.merge(session, [*named.values()], errand)
    # By number, so that two who chose some of the same lock them in one order.
    done = {number: _one(session, named[number], errand) for number in sorted(named)}
    return [done[number] for number in dict.fromkeys(each.number for each in chosen)]


def _one(session: Session, chosen: Chosen, errand: Errand) -> Outcome:
    """Do it with one ticket, in a savepoint of its own."""
    try:
        with session.begin_nested():
            ticket = tickets.find(session, chosen.number, lock=True, reader=errand.actor)
            tickets.require_version(ticket, chosen.version)
            _ACTS[errand.action](session, ticket, errand)
            session.flush()
    except HotlineError as error:
        return Outcome(chosen.number, error)
    return Outcome(chosen.number, None)


def _dispatch(session: Session, ticket: Ticket, errand: Errand) -> None:
    proposal = intake.proposal_of(session, ticket)
    proposed = proposal.department if proposal else ""
    department = errand.department or proposed
    if not department:
        raise Conflict(
            f"No department is proposed for ticket {ticket.number}.", remedy="Name one yourself."
        )
    if department in {each.department for each in leads.returned(session, ticket)}:
        # To name it again is to ask for arbitration: nobody does that by the way.
        raise Conflict(
            f"{department} gave ticket {ticket.number} back.", remedy="Decide on its own page."
        )
    known = proposal is not None and department == proposed
    basis = str(proposal.body.get("legal_basis", "")) if proposal and known else ""
    given = Assignment(department, basis, errand.words)
    dispatching.dispatch(session, ticket, [given], actor=errand.actor, now=errand.now)


def _redispatch(session: Session, ticket: Ticket, errand: Errand) -> None:
    lead = leads.leading(session, ticket)
    if lead is None or lead.status not in OPEN_ORDERS:
        raise Conflict(
            f"No department has ticket {ticket.number} now.", remedy="Dispatch it to its lead."
        )
    if errand.department in {each.department for each in leads.returned(session, ticket)}:
        raise Conflict(
            f"{errand.department} gave ticket {ticket.number} back.",
            remedy="Decide on its own page.",
        )
    order = dispatching.find_order(session, ticket, lead.number)
    given = Assignment(errand.department, note=errand.words)
    dispatching.redispatch(session, ticket, order, given, actor=errand.actor, now=errand.now)


def _remind(session: Session, ticket: Ticket, errand: Errand) -> None:
    asks = session.get_one(Person, ticket.person_id)
    reminders.remind(
        session,
        ticket,
        asks,
        errand.words,
        call_id=None,
        actor=errand.actor,
        now=errand.now,
    )


def _supervise(session: Session, ticket: Ticket, errand: Errand) -> None:
    who, when, why = errand.actor, errand.now, Cause.PERSON
    supervision.supervise(session, ticket, None, why, errand.words, actor=who, now=when)


def _archive(session: Session, ticket: Ticket, errand: Errand) -> None:
    after = errand.archive_after
    archives.archive(session, ticket, after=after, actor=errand.actor, now=errand.now)


_ACTS: Mapping[Action, Callable[[Session, Ticket, Errand], None]] = {
    Action.DISPATCH: _dispatch,
    Action.REDISPATCH: _redispatch,
    Action.REMIND: _remind,
    Action.SUPERVISE: _supervise,
    Action.ARCHIVE: _archive,
}


def _require_one_requester(session: Session, errand: Errand, numbers: Sequence[str]) -> None:
    """Raise Conflict unless all are one person's: a reminder is what a requester said, of theirs.

    Those that the actor may not see are judged later, each by itself.
    """
    asked = select(Ticket.person_id).where(
        col(Ticket.number).in_(numbers), reach.visible(errand.actor)
    )
    if len(set(session.exec(asked))) > 1:
        raise Conflict(
            "The tickets are of more than one requester.",
            remedy="Remind of the tickets of whoever asks.",
        )
