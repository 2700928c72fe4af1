"""派单模型 as rows: what is known of each, and what a shadow said beside the live one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class RouterModel(SQLModel, table=True):
    """One trained model; `folder` is its name below the data folder, empty for the packaged one."""

    __tablename__ = "router_model"
    __table_args__ = (
        UniqueConstraint("kind", "sha256"),
        Index("uq_router_model_live", "kind", unique=True, postgresql_where=text("state = 'live'")),
        Index(
            "uq_router_model_shadow", "kind", unique=True, postgresql_where=text("state = 'shadow'")
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    folder: str
    sha256: str
    data_sha256: str
    rows: int
    labels: int
    code_version: str
    trained_at: datetime = Field(sa_type=Moment)
    metrics: dict[str, Any] = Field(sa_type=JSONB)  # a slice's name, its figures
    state: str
    registered_at: datetime = Field(sa_type=Moment)
    registered_by: str
    shadow_since: datetime | None = Field(default=None, sa_type=Moment)
    judged_to: int = 0  # the newest proposal that the shadow has judged
    promoted_at: datetime | None = Field(default=None, sa_type=Moment)
    promoted_by: str = ""
    reason: str = ""  # of the last change, in the words of whoever made it
    replaced_id: int | None = Field(default=None, foreign_key="router_model.id")


class ShadowJudgement(SQLModel, table=True):
    """What the live model and a shadow say of one ticket, and who completed it: codes alone."""

    __tablename__ = "shadow_judgement"
    __table_args__ = (
        UniqueConstraint("model_id", "proposal_id"),
        Index("ix_shadow_judgement_compared", "model_id", "live_id"),
        Index(
            "ix_shadow_judgement_open",
            "model_id",
            "ticket_id",
            postgresql_where=text("outcome_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="router_model.id")
    live_id: int = Field(foreign_key="router_model.id")
    proposal_id: int = Field(foreign_key="proposal.id")
    ticket_id: int = Field(foreign_key="ticket.id")
    judged_at: datetime = Field(sa_type=Moment)
    live_matter: str
    shadow_matter: str
    live_department: str
    shadow_department: str
    live_confidence: float
    shadow_confidence: float
    outcome_department: str = ""
    outcome_at: datetime | None = Field(default=None, sa_type=Moment)
