"""One order of an agent's for a call: found, judged at once, and asked of the switch once."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends
from sqlmodel import Session, col

from dispatch.sealing import reach
from hotline.api.schemas_call_control import CallOrderState, OrderShown, OrderTaken
from hotline.api.seats import OwnSeat
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.idempotency import Body, as_kept
from telephony import asking, records
from telephony.models import Call, Seat
from telephony.models_calls import CallOrder, OrderOutcome
from telephony.ordering import Verb

Controller = Annotated[Actor, Depends(permit(Permission.CALL_CONTROL))]

Asked = Callable[[Session, Seat, Call], CallOrder]


class Asking:
    """An order for one call, by whose seat it comes from; who may not see the call finds none."""

    def __init__(
        self, actor: Controller, call_id: uuid.UUID, seat: OwnSeat, write: Writing
    ) -> None:
        self.actor, self.seat = actor, seat
        self._call_id, self._write = call_id, write

    def ask(self, verb: Verb, given: str = "", **details: Any) -> Any:
        """Ask this of the switch for the seat's own call."""

        def asked(session: Session, seat: Seat, call: Call) -> CallOrder:
            return asking.ask(session, verb, seat, call, now=now(), **details)

        return self.once(asked, given)

    def once(self, asked: Asked, given: str) -> Any:
        """Return what `asked` asks of the switch; repeated with its key, the first answer."""

        def act() -> OrderTaken:
            call = call_for(self._write.session, self.actor, self._call_id)
            return taken(asked(self._write.session, self.seat, call))

        def again(kept: Body | None) -> Body:
            call_for(self._write.session, self.actor, self._call_id)
            return as_kept(kept)

        return self._write.once(act, self.actor, given, again=again)


Ask = Annotated[Asking, Depends()]


def call_for(session: Session, actor: Actor, call_id: uuid.UUID) -> Call:
    """Return the call; raise NotFound for one that the actor may not see."""
    return records.get_call(session, call_id, seen=reach.calls(actor, col(Call.id)))


def taken(order: CallOrder) -> OrderTaken:
    """Return the order as it is answered at once."""
    return OrderTaken(order=order.id or 0, verb=order.verb, state=state_of(order))


def shown(order: CallOrder) -> OrderShown:
    """Return the order and what became of it."""
    return OrderShown(
        **taken(order).model_dump(),
        call=str(order.call_id) if order.call_id else None,
        ordered_at=order.ordered_at,
        settled_at=order.settled_at,
        why=order.why,
    )


def state_of(order: CallOrder) -> CallOrderState:
    """Return what has become of it."""
    if order.settled_at is None:
        return CallOrderState.WAITING
    return CallOrderState.REFUSED if order.outcome == OrderOutcome.REFUSED else CallOrderState.DONE
