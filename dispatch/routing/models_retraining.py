"""定期重新训练 as rows: when it was tried, on how much, and what came of it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class Retraining(SQLModel, table=True):
    """One scheduled run: codes and counts alone. `state` is of `scheduled.RunState`."""

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    state: str
    rows: int = 0  # to train on
    newest: int = 0  # of the newest month, held out
    rare: int = 0  # whose label too few share
    model_id: int | None = Field(default=None, foreign_key="router_model.id")
    shadowed: bool = False  # judges unseen now; else it waits as a candidate
