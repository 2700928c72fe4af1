"""What every form on a ticket's page shares: its ticket, locked and as it was seen, and back."""

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from dispatch import tickets
from dispatch.handling import orders
from dispatch.models import WorkOrder
from hotline.console.faults import PREFIX
from hotline.console.frame import viewer_of
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep

MOST_LETTERS = 4000
LARGEST_ROW = 2**31 - 1

Words = Annotated[str, Form(max_length=MOST_LETTERS)]
Version = Annotated[int, Form()]
RowId = Annotated[int, Form(ge=1, le=LARGEST_ROW)]


class Write:
    """The write that one form asks for; raises NotFound, or Stale when the ticket has changed.

    A route names its viewer before its write: who may not act locks nothing.
    """

    def __init__(
        self, number: str, request: Request, session: SessionDep, version: Version
    ) -> None:
        self.session = session
        self._reader = viewer_of(request).actor
        self.ticket = tickets.find(session, number, lock=True, reader=self._reader)
        tickets.require_version(self.ticket, version)
        self.now = now()

    def order(self, number: str) -> WorkOrder:
        """Return the ticket's order, locked; raise NotFound for another ticket's too."""
        order = orders.find(self.session, number, lock=True, reader=self._reader)
        if order.ticket_id != self.ticket.id:
            raise NotFound(f"{number} is no order of {self.ticket.number}.")
        return order

    def done(self) -> Response:
        """Return to the ticket's page."""
        return to_ticket(self.ticket.number)


def to_ticket(number: str) -> Response:
    """Lead to the page of the ticket."""
    return RedirectResponse(f"{PREFIX}/tickets/{number}", status_code=303)


TicketForm = Annotated[Write, Depends()]
