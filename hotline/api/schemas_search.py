"""One search over articles, items and cases, over the wire."""

from pydantic import BaseModel, Field

from hotline.api.schemas import Out
from knowledge.searching.entries import Kind


class StretchOut(Out):
    """A part of a text; `found` when it was asked for."""

    text: str
    found: bool


class HitOut(Out):
    """What answers, with what was asked for marked in it; a `case` shows how one was handled.

    A case is never `good`: nobody is told it for an answer. `score` orders the hits of this answer
    alone; `covers` is the share of the query that it has.
    """

    kind: Kind
    id: str = Field(
        description="For `/api/v1/articles/{id}`, `/api/v1/items/{id}` or `/api/v1/cases/{id}`.",
        examples=["street-lamp", "id-card@540000", "12"],
    )
    title: list[StretchOut]
    excerpt: list[StretchOut]
    score: float
    covers: float
    good: bool
    expired: bool = Field(description="True: nobody is to be told it.")
    department: str
    district: str = Field(description="Empty: everywhere.")
    sample: bool = Field(description="Not confirmed by its owner yet.")


class HitsOut(BaseModel):
    """The best first; what has expired stands after all that holds."""

    good: bool = Field(description="False: asked by somebody inside, it is on the list of gaps.")
    hits: list[HitOut]
