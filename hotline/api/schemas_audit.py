"""审计记录 over the wire."""

from typing import Any

from pydantic import BaseModel, Field

from hotline.api.schemas import BeijingTime, Out


class AuditOut(Out):
    """One thing that was done, or refused: by codes only, never with personal data."""

    id: int
    at: BeijingTime
    type: str = Field(examples=["key.issued"])
    actor: str = Field(description="`anonymous` for whoever did not get in.", examples=["admin"])
    subject: str = Field(
        description="What it happened to: account:NAME, key:ID, ticket:NUMBER …",
        examples=["key:17"],
    )
    refs: dict[str, Any] = Field(examples=[{"department": "540102-urban"}])
    hash: str = Field(description="Chained to the subject's event before it (verify-history).")


class AuditPage(BaseModel):
    items: list[AuditOut]
    next: str | None
