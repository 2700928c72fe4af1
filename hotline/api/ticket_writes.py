"""What every write on one ticket shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from dispatch import tickets
from dispatch.models import Ticket
from hotline.api.fields import Number
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.views import ticket_detail
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey, once
from hotline.web.versions import IfMatch, tag, version_in


class Write:
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
        self.session = session
        self._number, self._request, self._response = number, request, response
        self._if_match, self._key = if_match, key

    def do(self, act: Callable[[Ticket], object], actor: Actor, given: str = "") -> Any:
        """Return the ticket as `act` leaves it, or the answer kept under the same key."""

        def once_only() -> TicketDetail:
            ticket = tickets.find(self.session, self._number, lock=True)
            tickets.require_version(ticket, version_in(self._if_match))
            act(ticket)
            self.session.flush()
            return ticket_detail(self.session, ticket)

        asked = f"{self._request.url.path} {given}"
        body = once(self.session, self._key, asked, once_only, actor=actor, now=now())
        tag(self._response, body["version"])
        return body


TicketWrite = Annotated[Write, Depends()]
