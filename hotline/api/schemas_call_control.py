"""Call control over the wire."""

import uuid
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hotline.api.fields import LARGEST_ROW, Code
from hotline.api.schemas import BeijingTime
from telephony.wiring import Listening

Keys = Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,32}$")]
Row = Annotated[int, Field(ge=1, le=LARGEST_ROW)]


class Service(StrEnum):
    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"
    TRAFFIC = "122"


class Language(StrEnum):
    CHINESE = "zh"
    TIBETAN = "bo"


class CallOrderState(StrEnum):
    """What has become of an order: the switch takes it within milliseconds."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class OrderTaken(BaseModel):
    """The switch was asked; what comes of it, the order and the stream's events say."""

    order: int
    verb: str
    state: CallOrderState


class OrderShown(OrderTaken):
    call: str | None
    ordered_at: BeijingTime
    settled_at: BeijingTime | None
    why: str = Field(description="Why the switch refused it; else empty.")


class ConsultIn(BaseModel):
    """Whom to ask: the name of a colleague's seat, or a number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seat": "agent-2"}]})

    seat: Code = ""
    number: Code = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.seat) == bool(self.number):
            raise ValueError("names either a seat or a number")
        return self


class TransferIn(BaseModel):
    """To whom, at once (盲转); without anybody to who was consulted (咨询转)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seat": "agent-2"}, {}]})

    seat: Code = ""
    number: Code = ""

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.seat and self.number:
            raise ValueError("names a seat or a number, not both")
        return self


class DropIn(BaseModel):
    party: Code = Field(examples=["consult-1"], description="As the call's `parties` name it.")


class EmergencyIn(BaseModel):
    service: Service = Field(examples=["110"])


class PressIn(BaseModel):
    """Keys for whoever was fetched last, or for the caller; `party` names another."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"keys": "1#", "party": "consult-1"}]}
    )

    keys: Keys
    party: Code = ""


class HandOverLanguageIn(BaseModel):
    language: Language = Field(examples=["bo"])


class ListenIn(BaseModel):
    listening: Listening = Field(examples=["whisper"])


class WrapUpIn(BaseModel):
    """`done` false: the code is kept, and the seat goes on writing it down."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "registered"}]})

    code: Code
    done: bool = True


class WrapUpOut(BaseModel):
    call: str
    code: str
    began_at: BeijingTime
    ended_at: BeijingTime | None


class DialIn(BaseModel):
    """Whom to ring (回拨): who is owed a call, or who called before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"missed": 1}]})

    missed: Row | None = None
    call: uuid.UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.missed is None) == (self.call is None):
            raise ValueError("names either a missed call or an earlier one")
        return self
