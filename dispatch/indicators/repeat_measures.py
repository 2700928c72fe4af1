"""重复来电: whether somebody rang before about the same, within so many days (domain.md 2.10)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from dispatch.beside.models_beside import ClusterMember
from dispatch.models import Ticket
from telephony.models import Call, Direction

Column = Callable[[datetime], Any]


def _before(before: Any, days: int) -> list[Any]:
    return [
        col(before.direction) == Direction.IN,
        col(before.started_at) < Call.started_at,
        col(before.started_at) >= col(Call.started_at) - timedelta(days=days),
    ]


def _rang_again(days: int) -> Any:
    before = aliased(Call)
    again = exists().where(col(before.person_id) == Call.person_id, *_before(before, days))
    return again.correlate(Call)


def repeated(days: int) -> Column:
    """重复来电: the same caller."""
    return lambda _now: case((_rang_again(days), 1), else_=0)


def recurred(days: int) -> Column:
    """The same caller, or somebody else whose ticket is in the same cluster now (并单)."""
    before, mine, theirs = aliased(Call), aliased(Ticket), aliased(Ticket)
    own, other = aliased(ClusterMember), aliased(ClusterMember)
    again = exists().where(
        col(mine.call_id) == Call.id,
        col(own.ticket_id) == mine.id,
        col(own.left_at).is_(None),
        col(other.cluster_id) == own.cluster_id,
        col(other.left_at).is_(None),
        col(theirs.id) == other.ticket_id,
        col(theirs.call_id) == before.id,
        *_before(before, days),
    )
    return lambda _now: case((or_(_rang_again(days), again.correlate(Call)), 1), else_=0)
