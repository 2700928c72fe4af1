"""移交质检单 over the wire."""

from pydantic import BaseModel, ConfigDict, Field

from dispatch.inspection.handing import Why
from hotline.api.fields import Code


class HandOverIn(BaseModel):
    """移交."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "zhijian-02", "why": "away"}]})

    to: Code = Field(min_length=1, description="An account that may inspect it.")
    why: Why
