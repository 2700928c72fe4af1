"""协办 as it was asked for: a row beside the lead's order, never a state of it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from dispatch.sealing.models_vaulted import Vaulted
from hotline.core.db import Moment


class CoHandling(Vaulted, table=True):
    """Whose help the lead asked for, and what came of it."""

    __tablename__ = "co_handling"
    __table_args__ = (
        UniqueConstraint("order_id", "count"),
        Index(
            "uq_co_handling_open",
            "order_id",
            "department",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True)
    count: int  # the order's first, second …
    department: str  # whose help is asked for
    reason: str
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    granted: bool = False
    note: str = ""
    assisting_id: int | None = Field(default=None, foreign_key="work_order.id")
