"""补充 beside a ticket: what its requester wrote more on their own page."""

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.requesters import additions
from hotline.console import moments
from hotline.console.things import Fact, Thing, facts


def added(session: Session, ticket: Ticket) -> list[Thing]:
    """Return each addition, masked, oldest first."""
    return [
        Thing(
            "added",
            facts(
                Fact("added_text", additions.words(session, ticket, each)),
                Fact("at", moments.full(each.at)),
            ),
        )
        for each in additions.of_ticket(session, ticket)
    ]
