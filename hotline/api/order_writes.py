"""What every write on one order shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from dispatch import orders
from dispatch.models import WorkOrder
from hotline.api.fields import Number
from hotline.api.order_views import order_detail
from hotline.api.schemas_orders import OrderDetail
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey, once
from hotline.web.versions import IfMatch, require_match, tag


class Write:
    """One write on the order that the path names."""

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

    def do(self, act: Callable[[WorkOrder], object], actor: Actor, given: str = "") -> Any:
        """Return the order as `act` leaves it, or the answer kept under the same key."""

        def once_only() -> OrderDetail:
            order = orders.find(self.session, self._number, department=actor.department, lock=True)
            require_match(self._if_match, order.version)
            act(order)
            self.session.flush()
            return order_detail(self.session, order)

        asked = f"{self._request.url.path} {given}"
        body = once(self.session, self._key, asked, once_only, actor=actor, now=now())
        tag(self._response, body["version"])
        return body


OrderWrite = Annotated[Write, Depends()]
