"""中转通话 over the wire: a department calls a requester whose number it never sees."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.relaying.models_relays import Relay
from hotline.api.schemas import BeijingTime
from telephony.outcomes import RelayOutcome


class RelayIn(BaseModel):
    """申请中转通话: at which telephone the department sits."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"telephone": "0891-6330000"}]})

    telephone: Annotated[str, Field(min_length=1, max_length=128)] = Field(
        description="A number with its area code, rung first; or an address of the site's own."
    )


class RelayOut(BaseModel):
    """One call: rung while `ended_at` is null, over with an `outcome` afterwards."""

    count: int
    asked_at: BeijingTime
    asked_by: str
    begun_at: BeijingTime | None
    ended_at: BeijingTime | None
    outcome: RelayOutcome | None = Field(description="How it went; null until it is over.")
    seconds: float = Field(description="How long the two heard each other.")


class RelayList(BaseModel):
    items: list[RelayOut]


def relay_out(relay: Relay) -> RelayOut:
    """Return the call as it is shown; the department's telephone is not."""
    return RelayOut(
        count=relay.count,
        asked_at=relay.asked_at,
        asked_by=relay.asked_by,
        begun_at=relay.begun_at,
        ended_at=relay.ended_at,
        outcome=RelayOutcome(relay.outcome) if relay.outcome else None,
        seconds=relay.seconds,
    )
