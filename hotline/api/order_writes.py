"""What every write on one order shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Depends

from dispatch.handling import orders
from dispatch.models import WorkOrder
from hotline.api.fields import Number
from hotline.api.order_views import order_detail
from hotline.api.writes import Writing
from hotline.core.accounts import Actor


class Write:
    """One write on the order that the path names."""

    def __init__(self, number: Number, write: Writing) -> None:
        self.session, self._write, self._number = write.session, write, number

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
        return self._write.change(find, act, show, actor, given)


OrderWrite = Annotated[Write, Depends()]
