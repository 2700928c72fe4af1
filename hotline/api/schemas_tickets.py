"""One ticket over the wire, with its orders, clocks, callbacks and history."""

from typing import Any

from pydantic import Field

from hotline.api.schemas import BeijingTime, ClockOut, EventOut, OrderOut, TicketSummary
from hotline.api.schemas_callbacks import CallbackRound
from hotline.api.schemas_orders import ReminderOut, ReplyOut, ReturnOut


class OrderState(OrderOut):
    """A department's share, with its newest reply and, if it was given back, why."""

    version: int
    round: int
    reply: ReplyOut | None
    returned: ReturnOut | None


class TicketDetail(TicketSummary):
    """A ticket with all that hangs on it; what the caller said is masked."""

    version: int
    text: str
    confidentiality: str
    call: str | None
    requester: str
    proposal: dict[str, Any] | None
    orders: list[OrderState]
    clocks: list[ClockOut]
    history: list[EventOut]
    reminders: int = Field(description="How often the requester asked again.")
    reminded: list[ReminderOut]
    callbacks: list[CallbackRound]
    rating: int | None = Field(description="1 to 5, as the requester expressed it.")
    redone: int
    closing: str
    closed_at: BeijingTime | None
