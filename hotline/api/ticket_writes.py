"""What every write on one ticket shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Depends

from dispatch import tickets
from dispatch.models import Ticket
from hotline.api.fields import Number
from hotline.api.views import ticket_detail
from hotline.api.writes import Writing
from hotline.core.accounts import Actor


class Write:
    """One write on the ticket that the path names."""

    def __init__(self, number: Number, write: Writing) -> None:
        self.session, self._write, self._number = write.session, write, number

    def do(self, act: Callable[[Ticket], object], actor: Actor, given: str = "") -> Any:
        """Return the ticket as `act` leaves it, or the answer kept under the same key."""

        def find() -> Ticket:
            return tickets.find(self.session, self._number, lock=True, reader=actor)

        show = partial(ticket_detail, reader=actor)
        return self._write.change(find, act, show, actor, given)


TicketWrite = Annotated[Write, Depends()]
