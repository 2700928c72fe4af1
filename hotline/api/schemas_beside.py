"""What stands beside a ticket, over the wire: rows that are no states of it."""

from pydantic import BaseModel, Field

from hotline.api.schemas_arbitrations import ArbitrationOut
from hotline.api.schemas_clusters import ClusterOut
from hotline.api.schemas_decisions import DeclineOut, DirectAnswerOut, HandOverOut, RedoOut
from hotline.api.schemas_supervisions import SupervisionOut
from hotline.api.schemas_suspensions import SuspensionOut


class Beside(BaseModel):
    """All of it, each list oldest first."""

    cluster: ClusterOut | None = Field(description="并单, while the ticket is in one.")
    split_from: str | None = Field(description="The ticket that this one was a part of.")
    parts: list[str] = Field(description="The tickets that were split from this one.")
    answers: list[DirectAnswerOut] = Field(description="直接答复")
    declines: list[DeclineOut] = Field(description="不予受理")
    hand_overs: list[HandOverOut] = Field(description="移交")
    redone: list[RedoOut] = Field(description="重办")
    arbitrations: list[ArbitrationOut] = Field(description="会商")
    supervisions: list[SupervisionOut] = Field(description="督办")
    suspensions: list[SuspensionOut] = Field(description="挂账")
