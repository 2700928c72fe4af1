"""Blocked callers over the wire: no number, only the call for which somebody was blocked."""

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.schemas import BeijingTime, Out
from telephony.models_trunks import BlockReason


class BlockIn(BaseModel):
    """Whose call it was, why they are blocked, and for how many days."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "call": "7f0e2f6a-3f5b-4a1e-9f65-0f2ad3f0a111",
                    "reason": "occupying",
                    "days": 7,
                }
            ]
        }
    )

    call: uuid.UUID
    reason: BlockReason
    days: Annotated[int, Field(ge=1, le=366)] = Field(
        7, description="At most HOTLINE_BLOCK_DAYS, by default 30."
    )


class BlockReviewIn(BaseModel):
    """复核: whether the block is right."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"upheld": True}]})

    upheld: bool


class BlockOut(Out):
    """In force until the first of `until`, `lapses_at` (unless upheld) and `lifted_at`."""

    id: int
    call: uuid.UUID
    reason: str
    in_force: bool
    blocked_at: BeijingTime
    blocked_by: str
    until: BeijingTime
    lapses_at: BeijingTime
    upheld: bool | None
    reviewed_at: BeijingTime | None
    reviewed_by: str
    lifted_at: BeijingTime | None
    lifted_by: str


class BlockList(BaseModel):
    items: list[BlockOut]
    next: int | None = Field(description="Pass it as `before` for the next page.")
