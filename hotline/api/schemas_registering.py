"""A request over the wire, as an agent takes it down, and the ticket that it becomes."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from dispatch.models import Source
from dispatch.terms import RequestType, Urgency
from hotline.api.fields import Code, Text
from hotline.api.schemas import TicketSummary
from hotline.api.schemas_readers import SealIn

_ASKED: JsonDict = {
    "text": "城关区某路路灯不亮，请求维修。",
    "caller": "13800000000",
    "request_type": "assistance",
    "category": ["城乡建设", "市政设施", "路灯"],
    "district": "540102",
    "urgency": "normal",
}


class RegisterIn(BaseModel):
    """What the caller asks for, in the agent's words; what is not stated is proposed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ASKED]})

    text: Annotated[Text, Field(min_length=1)]
    caller: Code = Field(default="", description="Their number; else it is the call's.")
    anonymous: bool = Field(default=False, description="They want no name and no number kept.")
    call_id: uuid.UUID | None = None
    source: Literal[Source.PHONE_AGENT, Source.WEB] = Source.PHONE_AGENT
    request_type: RequestType | None = None
    category: list[Code] = Field(
        default_factory=list, max_length=3, description="A matter's path, one to three names."
    )
    district: Code = Field(default="", description="A code, or the name of one district only.")
    urgency: Urgency | None = None
    seal: SealIn | None = Field(
        default=None, description="密件: only whoever registers it and those named read it."
    )


class TicketRegistered(TicketSummary):
    """A ticket that has just been registered; `GET` its Location for what comes to hang on it."""

    version: int
    text: str
    confidentiality: str
    call: str | None
    requester: str
    proposal: dict[str, Any] = Field(
        description="What stands: `stated` are the agent's fields, `changed` what was proposed."
    )
    possible_reminders: list[TicketSummary] = Field(
        description="The same person's open tickets that this may be a reminder (催办) of."
    )
