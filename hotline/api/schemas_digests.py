"""对账 over the wire: a day's orders in one hash, and how two lists of them differ."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from hotline.api.fields import LARGEST_ROW, YEARS, Code

MOST_LINES = 10_000

_HASH = (
    "SHA-256, in hex, of the lines `number,status,version`, each ended by a line feed, by number."
)


def _near(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"is not between {YEARS.start} and {YEARS.stop}")
    return day


NearDay = Annotated[date, AfterValidator(_near)]


class LineIn(BaseModel):
    """One order as the department's system has it; who keeps no versions leaves it out."""

    number: Code
    status: Code
    version: Annotated[int, Field(ge=0, le=LARGEST_ROW)] | None = None


class DayIn(BaseModel):
    """The department's own list of the orders that were issued on that day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "day": "2026-11-25",
                    "orders": [
                        {"number": "261125000017-1", "status": "accepted", "version": 2},
                        {"number": "261125000018-1", "status": "replied"},
                    ],
                }
            ]
        }
    )

    day: NearDay
    orders: Annotated[list[LineIn], Field(max_length=MOST_LINES)]

    @model_validator(mode="after")
    def _once_each(self) -> Any:
        if len({each.number for each in self.orders}) < len(self.orders):
            raise ValueError("an order is named twice")
        return self


class DigestOut(BaseModel):
    day: date
    count: int
    hash: str = Field(description=_HASH)
    status_hash: str = Field(
        description="The same over the lines `number,status`, for who keeps no versions."
    )
    cursor: str = Field(description="Read the feed to here first, then compare.")


class LineOut(BaseModel):
    number: str
    status: str
    version: int | None


class OtherDay(BaseModel):
    """An order of the department's that was issued on another day."""

    number: str
    day: date


class DifferenceOut(BaseModel):
    """An order that both know, as each knows it."""

    number: str
    status_here: str
    status_there: str
    version_here: int | None
    version_there: int | None


class MismatchOut(BaseModel):
    """What differs between the hotline (here) and the department's system (there)."""

    day: date
    count: int
    hash: str = Field(description=_HASH)
    cursor: str = Field(description="Read the feed to here: most differences end by that.")
    given_count: int
    given_hash: str
    same: bool
    missing_there: list[LineOut] = Field(description="Ours of that day that were not sent.")
    missing_here: list[LineOut] = Field(description="Sent, but none of the department's orders.")
    of_another_day: list[OtherDay]
    other_status: list[DifferenceOut]
    other_version: list[DifferenceOut] = Field(description="The same status, another version.")
