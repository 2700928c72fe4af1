"""Desk phones over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out
from hotline.api.schemas_orders import SHOWN_ONCE


class TelephoneIn(BaseModel):
    """What the telephone is called, and where it stands."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "1001", "label": "大厅三号席"}]}
    )

    name: Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9._-]{1,31}$")]
    label: Annotated[Text, Field(max_length=100)] = ""


class TelephoneOut(Out):
    """话机: a seat rings it at `address`."""

    name: str
    label: str
    address: str = Field(examples=["sip:1001@hotline.local"])
    created_at: BeijingTime
    created_by: str


class NewTelephone(TelephoneOut):
    password: str | None = Field(description=SHOWN_ONCE, examples=["4f0c…"])


class TelephoneList(BaseModel):
    items: list[TelephoneOut]
