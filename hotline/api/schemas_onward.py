"""转派 and 签发 over the wire: to whom an order is given on, and who signs its reply."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Text
from hotline.api.schemas_orders import OrderSummary


class OnwardIn(BaseModel):
    """转派: departments in districts below, the first to lead there, and what they are told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"departments": ["540102-urban"], "note": "请现场核实并抢修，报市局审核"}]
        }
    )

    departments: list[Code]
    note: Text = ""
    elsewhere: Text = Field(
        "", description="Why one has it that is not of the ticket's district; it reads this."
    )


class TakeBackIn(BaseModel):
    """撤回转派: why; the department reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "由市局直接处置"}]})

    reason: Text
    lead: Code | None = Field(
        None, description="Who of those that assist leads instead, where this order led."
    )


class SignIn(BaseModel):
    """签发: the office that signs, nobody's name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"signed_by": "局长"}]})

    signed_by: Annotated[Code, Field(min_length=1)]


class ChildList(BaseModel):
    """The orders that one was given on in, oldest first."""

    items: list[OrderSummary]
