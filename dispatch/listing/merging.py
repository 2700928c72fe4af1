"""批量并单: chosen tickets of one matter follow the one among them that can lead the others.

That is one which a department works on already, else the first that was registered: an order
can't be moved to another ticket, so it is never given up for the choice of a list.
"""

from collections.abc import Sequence

from sqlmodel import Session

from dispatch import tickets
from dispatch.clustering import cluster_record, clusters, joining
from dispatch.listing.errands import Chosen, Errand, Outcome
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.core.errors import Conflict, HotlineError


def merge(session: Session, chosen: Sequence[Chosen], errand: Errand) -> list[Outcome]:
    """Let each follow the main ticket or refuse it, and return what became of them, as chosen.

    Raises Conflict for one ticket alone.
    """
    if len(chosen) < 2:
        raise Conflict("One ticket alone can't be merged.", remedy="Choose two or more.")
    cluster_record.one_at_a_time(session)
    refused: dict[str, HotlineError] = {}
    # Who follows another is refused before any lock: a main ticket is locked before its followers.
    free = [each for each in chosen if _able(session, each, errand, refused)]
    held = [
        ticket
        for each in sorted(free, key=lambda each: each.number)
        if (ticket := _able(session, each, errand, refused, lock=True))
    ]
    done = {number: Outcome(number, why) for number, why in refused.items()}
    main = min(held, key=_eligible, default=None)
    if main:
        done |= {each.number: _follow(session, main, each, errand) for each in held if each != main}
        done[main.number] = _led(main, [*done.values()])
    return [done[each.number] for each in chosen]


def _able(
    session: Session,
    chosen: Chosen,
    errand: Errand,
    refused: dict[str, HotlineError],
    *,
    lock: bool = False,
) -> Ticket | None:
    """Return the ticket if it can take part, as it was seen; else None, with why in `refused`."""
    try:
        ticket = tickets.find(session, chosen.number, lock=lock, reader=errand.actor)
        tickets.require_version(ticket, chosen.version)
        joining.require_may_lead(session, ticket)
    except HotlineError as error:
        refused[chosen.number] = error
        return None
    return ticket


def _eligible(ticket: Ticket) -> tuple[bool, int]:
    return ticket.status != TicketStatus.DISPATCHED, ticket.id or 0


def _follow(session: Session, main: Ticket, member: Ticket, errand: Errand) -> Outcome:
    """Merge one ticket, in a savepoint of its own."""
    number, who, when = member.number, errand.actor, errand.now
    try:
        with session.begin_nested():
            clusters.merge(session, main, [member], errand.words, actor=who, now=when)
            session.flush()
    except HotlineError as error:
        return Outcome(number, error)
    return Outcome(number, None)


def _led(main: Ticket, others: Sequence[Outcome]) -> Outcome:
    if all(each.refused for each in others):
        alone = Conflict(
            f"No other ticket can follow {main.number}.", remedy="Look at why, line by line."
        )
        return Outcome(main.number, alone)
    return Outcome(main.number, None, leads=True)
