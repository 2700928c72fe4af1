"""密件 over the wire: why a ticket is sealed, and who may read it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out

_Names = Annotated[list[Code], Field(max_length=50)]


class SealIn(BaseModel):
    """定密: why, and who may read it beside whoever seals it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "举报内容涉及具体人员，只限专人办理", "readers": ["lead-1"]}]
        }
    )

    reason: Annotated[Text, Field(min_length=1)]
    readers: _Names = Field(
        default_factory=list, description="Accounts by name, or a department's key as `CODE#ID`."
    )


class ReadersIn(BaseModel):
    """增加知悉人: who may read it from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"readers": ["lead-1"]}]})

    readers: Annotated[list[Code], Field(min_length=1, max_length=50)]


class ReaderOutIn(BaseModel):
    """取消知悉人: who may read it no more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reader": "lead-1"}]})

    reader: Code


class ReaderOut(Out):
    """Who may, or could, read a sealed ticket, since when and until when."""

    name: str
    added_at: BeijingTime
    added_by: str
    removed_at: BeijingTime | None
    removed_by: str


class ReadersOut(BaseModel):
    """密件: when, by whom and why a ticket was sealed, and its readers, oldest first."""

    ticket: str
    version: int
    sealed_at: BeijingTime | None = Field(description="Null for a ticket that is not sealed.")
    sealed_by: str
    reason: str
    items: list[ReaderOut]
