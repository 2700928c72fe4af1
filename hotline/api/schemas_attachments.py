"""附件 over the wire: what of a file is told, and never more of its name than its label."""

import uuid

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.schemas import BeijingTime


class AttachmentOut(BaseModel):
    """附件: one file of a ticket or of one of its orders."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "7f0c5d0e-3b0c-4a50-9f3c-0c5f6e1f9b0a",
                    "name": "修复后.jpg",
                    "kind": "jpeg",
                    "media_type": "image/jpeg",
                    "size": 183204,
                    "state": "ready",
                    "order": "261125000017-1",
                    "for_departments": True,
                    "added_at": "2026-11-25T12:00:00+08:00",
                    "added_by": "540102-urban#1",
                }
            ]
        }
    )

    id: uuid.UUID
    name: str = Field(description="A label, at most 120 characters, numbers in it masked.")
    kind: str = Field(description="What the content is, whatever it was called.")
    media_type: str
    size: int = Field(description="Bytes of what is downloaded: not always of what was sent.")
    state: str = Field(description="`ready`; `waiting` for the site's scanner: no download yet.")
    order: str | None = Field(description="The order it was added to; else the ticket's own.")
    for_departments: bool = Field(description="Whether the ticket's departments may read it.")
    added_at: BeijingTime
    added_by: str


class AttachmentList(BaseModel):
    items: list[AttachmentOut]
