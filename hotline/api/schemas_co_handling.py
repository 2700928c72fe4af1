"""协办 over the wire: whose help the lead asks for, and what the others did."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.handling.co_handling import CoHandlingStatus
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime
from hotline.api.schemas_orders import OrderSummary, ReplyOut


class HelpIn(BaseModel):
    """申请协办: which unit shall assist, and with what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"department": "540100-urban", "reason": "路灯电缆属市级管养，请协助抢修电缆"}
            ]
        }
    )

    department: Annotated[Code, Field(min_length=1)]
    reason: Text


class HelpDecisionIn(BaseModel):
    """批复协办: granted or not; a refusal says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"granted": False, "note": "电缆由供电公司维护，另行派单"}]}
    )

    granted: bool
    note: Text = ""


class HelpOut(BaseModel):
    """A request for help: `count` tells it from the order's others."""

    count: int
    department: str = Field(description="Whose help is asked for.")
    reason: str
    status: CoHandlingStatus
    asked_at: BeijingTime
    asked_by: str
    decided_at: BeijingTime | None
    decided_by: str
    note: str
    assisting: str | None = Field(description="The order that the unit has, once granted.")


class ShareOut(OrderSummary):
    """What an assisting unit has of the ticket, and what it answered."""

    replies: list[ReplyOut]


class CoHandlingOut(BaseModel):
    """Whose help was asked for with an order, and what every assisting unit did."""

    asked: list[HelpOut]
    shares: list[ShareOut] = Field(
        description="For who leads the ticket: the orders of all who assist in this round."
    )


class OrderHelp(HelpOut):
    """A request in a list, with the lead's order."""

    order: str
    lead: str = Field(description="The department that asks.")
    ticket: str


class HelpPage(BaseModel):
    items: list[OrderHelp]
    next: str | None
