"""工单之外: everything that stands beside a ticket, and the marks it leaves in the headline."""

from collections.abc import Iterable

from sqlmodel import Session

from dispatch.models import Ticket
from hotline.console import beside_clusters, beside_ends, beside_waits, beside_words
from hotline.console.order_views import OrderView
from hotline.console.things import Thing
from hotline.console.words import say
from hotline.core.accounts import Actor

_TOLD = (
    beside_waits.contested,
    beside_waits.supervised,
    beside_waits.suspended,
    beside_ends.handed_over,
    beside_ends.declined,
    beside_ends.answered,
    beside_ends.redone,
    beside_words.added,
)
# What names other tickets too, which the reader may not see.
_OF_OTHERS = (beside_clusters.merged, beside_clusters.split)


def of_ticket(session: Session, ticket: Ticket, reader: Actor) -> list[Thing]:
    """Return what stands beside the ticket, what is still open first."""
    found = [thing for tell in _TOLD for thing in tell(session, ticket)]
    found += [thing for tell in _OF_OTHERS for thing in tell(session, ticket, reader)]
    return sorted(found, key=lambda thing: not thing.is_open)


def marks(things: Iterable[Thing], orders: Iterable[OrderView]) -> list[tuple[str, str]]:
    """Return what must not be missed: a word each, and the section of the page that tells of it."""
    found = [(f"mark.{thing.kind}", "beside") for thing in things if thing.is_open]
    for order in orders:
        if any(each.to_decide for each in order.extensions):
            found.append(("mark.extension", "orders"))
        if any(each.to_answer for each in order.questions):
            found.append(("mark.question", "orders"))
    return [(say(key), section) for key, section in dict.fromkeys(found)]
