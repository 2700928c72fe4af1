"""What every write on one order shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from dispatch.handling import orders
from dispatch.models import WorkOrder
from hotline.api import writes
from hotline.api.fields import Number
from hotline.api.order_views import order_detail
from hotline.core.accounts import Actor
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey
from hotline.web.versions import IfMatch


class Write(writes.Write):
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
        super().__init__(session, request, response, if_match, key)
        self._number = number

    def do(
        self,
        act: Callable[[WorkOrder], object],
        actor: Actor,
        given: str = "",
        *,
        issuer: bool = False,
    ) -> Any:
        """Return the order as `act` leaves it, or the answer kept under the same key.

        With `issuer`, the department that issued the order onward may write too.
        """

        def find() -> WorkOrder:
            return orders.find(self.session, self._number, reader=actor, lock=True, issuer=issuer)

        show = partial(order_detail, reader=actor.department)
        return self.change(find, act, show, actor, given)


OrderWrite = Annotated[Write, Depends()]
