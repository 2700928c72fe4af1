"""What every write on one ticket shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from dispatch import tickets
from dispatch.models import Ticket
from hotline.api import writes
from hotline.api.fields import Number
from hotline.api.views import ticket_detail
from hotline.core.accounts import Actor
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey
from hotline.web.versions import IfMatch


class Write(writes.Write):
    """One write on the ticket that the path names."""

    def __init__(
        self,
        number: Number,
        session: SessionDep,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> None:
        super().__init__(session, request, response, if_match, key)
        self._number = number

    def do(self, act: Callable[[Ticket], object], actor: Actor, given: str = "") -> Any:
        """Return the ticket as `act` leaves it, or the answer kept under the same key."""

        def find() -> Ticket:
            return tickets.find(self.session, self._number, lock=True, reader=actor)

        show = partial(ticket_detail, reader=actor)
        return self.change(find, act, show, actor, given)


TicketWrite = Annotated[Write, Depends()]
