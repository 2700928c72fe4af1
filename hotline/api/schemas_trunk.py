"""The trunk's account over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Secret

from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out


class TrunkAccountIn(BaseModel):
    """What the carrier has given; `registrar` only where it wants the hotline to register."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "username": "089112345",
                    "realm": "ims.carrier.example",
                    "password": "as the carrier wrote it",
                    "registrar": "sip:sip.carrier.example:5060",
                }
            ]
        }
    )

    username: Annotated[Text, Field(min_length=1, max_length=193)]
    realm: Annotated[Text, Field(min_length=1, max_length=128)]
    password: Secret[Annotated[Text, Field(min_length=1, max_length=128)]]
    registrar: Annotated[Text, Field(max_length=300)] = ""
    expires_s: Annotated[int, Field(ge=60, le=86400)] = 300


class TrunkAccountOut(Out):
    """中继账号, without its password, which nobody is shown."""

    username: str
    realm: str
    registrar: str
    expires_s: int
    set_at: BeijingTime
    set_by: str
