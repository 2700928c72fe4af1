"""One work order over the wire, with all that its department needs."""

from pydantic import Field

from dispatch.handling.recalls import RecallCode
from hotline.api.schemas import BeijingTime, ClockOut
from hotline.api.schemas_clusters import JoinedOut
from hotline.api.schemas_extensions import ExtensionOut, InfoOut
from hotline.api.schemas_orders import (
    AdditionOut,
    ContactOut,
    OrderSummary,
    ReminderOut,
    ReplyOut,
    ReturnOut,
)
from hotline.api.schemas_supervisions import SupervisionOut


class OrderDetail(OrderSummary):
    """An order with all that its department needs; nobody's number is in it."""

    text: str = Field(description="What the requester said, numbers masked.")
    requester: str = Field(description="Masked; empty when the ticket is confidential.")
    confidentiality: str
    category: list[str]
    district_name: str
    time_class: str
    legal_basis: str
    redone: int = Field(description="How often the requester was dissatisfied so far.")
    registered_at: BeijingTime
    clocks: list[ClockOut]
    reminded: list[ReminderOut]
    added: list[AdditionOut] = Field(description="What the requester wrote more since (补充).")
    contacts: list[ContactOut]
    replies: list[ReplyOut]
    returned: ReturnOut | None
    note: str = Field(description="What the dispatcher tells the department.")
    binding: bool = Field(description="Arbitration decided it: it can't be returned.")
    recall_code: RecallCode | None = Field(description="Why it was taken back; null: it was not.")
    recall_reason: str = Field(description="What was said about that; empty where the code tells.")
    parent: str | None = Field(description="The order it was given on from (转派).")
    joined: list[JoinedOut] = Field(
        description="Other requests that it answers too (并单), the first of them."
    )
    joined_total: int = Field(description="How many these are; `…/joined` lists them all.")
    extensions: list[ExtensionOut]
    questions: list[InfoOut] = Field(description="What the department had to ask (待补充).")
    supervisions: list[SupervisionOut]
