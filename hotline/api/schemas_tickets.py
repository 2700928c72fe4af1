"""One ticket over the wire, with its orders, clocks, callbacks and history."""

from typing import Any

from pydantic import Field

from dispatch.handling.recalls import RecallCode
from hotline.api.schemas import BeijingTime, ClockOut, EventOut, OrderOut, TicketSummary
from hotline.api.schemas_beside import Beside
from hotline.api.schemas_callbacks import CallbackRound
from hotline.api.schemas_orders import AdditionOut, ReminderOut, ReplyOut, ReturnOut


class OrderState(OrderOut):
    """A department's share, with its newest reply and, if it was given back, why."""

    version: int
    round: int
    parent: str | None = Field(description="The order it was given on from (转派).")
    binding: bool = Field(description="Arbitration decided it: it can't be returned.")
    note: str
    recall_code: RecallCode | None = Field(description="Why it was taken back; null: it was not.")
    recall_reason: str = Field(description="What was said about that; empty where the code tells.")
    reply: ReplyOut | None
    returned: ReturnOut | None


class TicketDetail(TicketSummary):
    """A ticket with all that hangs on it; what the caller said is masked."""

    version: int
    text: str
    confidentiality: str
    call: str | None
    line: str = Field(description="The merged line that was dialled (归并); empty: our own.")
    requester: str
    proposal: dict[str, Any] | None = Field(
        description="Before dispatch with `articles` (`id`, `title`) that may answer it already."
    )
    orders: list[OrderState]
    clocks: list[ClockOut]
    history: list[EventOut]
    reminders: int = Field(description="How often the requester asked again.")
    reminded: list[ReminderOut]
    added: list[AdditionOut] = Field(description="What the requester wrote more since (补充).")
    callbacks: list[CallbackRound]
    rating: int | None = Field(description="1 to 5, as the requester expressed it.")
    redone: int
    closing: str
    closed_at: BeijingTime | None
    archived_at: BeijingTime | None
    origin: str = Field(description="The system that registered it, when that was another one.")
    beside: Beside = Field(description="What stands beside the ticket and is no state of it.")
