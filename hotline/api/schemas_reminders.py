"""催办 over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Text


class RemindIn(BaseModel):
    """What the requester said when they asked again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "路灯还是没有人来修，请尽快处理。"}]}
    )

    text: Annotated[Text, Field(min_length=1)]
