"""件和人次: how many matters and how many requests, and the tickets behind each figure.

人次 (requests) counts every ticket that was registered; 催办 (reminders) are counted apart. 件
(matters) counts a cluster once, where its main ticket stands:

    matters = requests - active members of clusters that are not their main ticket

So merging and unmerging change 件 and never 人次, and both add up over districts and periods.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    case,
    exists,
    func,
    literal,
    union_all,
)
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch.beside.models_beside import Cluster, ClusterMember
from dispatch.models import Reminder, Ticket
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from knowledge.models import District


class Measure(StrEnum):
    MATTERS = "matters"  # 件
    REQUESTS = "requests"  # 人次
    REMINDERS = "reminders"  # 催办


class Key(StrEnum):
    """By what the figures are told apart; each value leads to its tickets (`behind`)."""

    DISTRICT = "district"
    MATTER = "matter"
    REQUEST_TYPE = "request_type"


@dataclass(frozen=True)
class Scope:
    """Registered (or reminded) from `since` until before `until`, in a district and all below it.

    An empty district is every district.
    """

    since: datetime
    until: datetime
    district: str = ""


@dataclass(frozen=True)
class Counts:
    matters: int
    requests: int
    reminders: int


_KEYS: dict[Key, Any] = {
    Key.DISTRICT: col(Ticket.district),
    Key.MATTER: func.coalesce(col(Ticket.category)[0].as_string(), ""),
    Key.REQUEST_TYPE: col(Ticket.request_type),
}
# A request whose matter is counted where its main ticket stands.
_MERGED = exists().where(
    col(ClusterMember.ticket_id) == Ticket.id,
    col(ClusterMember.left_at).is_(None),
    col(Cluster.id) == ClusterMember.cluster_id,
    col(Cluster.main_id) != Ticket.id,
)


def total(session: Session, scope: Scope, *, reader: Actor | None = None) -> Counts:
    """Return the figures of what lies in the scope and in the reader's area, in one query.

    Sealed tickets (密件) are counted here and nowhere else.
    """
    found = session.connection().execute(_summed(scope, literal(""), reach.in_area(reader))).first()
    return Counts(found.matters, found.requests, found.reminders) if found else Counts(0, 0, 0)


def by(
    session: Session, scope: Scope, key: Key, *, reader: Actor | None = None
) -> dict[str, Counts]:
    """Return the figures for each value of the key, in one query.

    They add up to the total, but for what the reader may not see: a row would tell its matter.
    """
    found = session.connection().execute(_summed(scope, _KEYS[key], reach.visible(reader)))
    return {row.key: Counts(row.matters, row.requests, row.reminders) for row in found}


def behind(
    session: Session,
    scope: Scope,
    measure: Measure,
    *,
    key: Key | None = None,
    value: str = "",
    after: int = 0,
    limit: int = 50,
    reader: Actor | None = None,
) -> list[tuple[int, str]]:
    """Return the (row id, ticket number) behind a figure, a row for each one that it counts.

    `after` is the last row id seen; the row of a reminder is the reminder's own.
    """
    reminders = measure is Measure.REMINDERS
    row, moment = (Reminder.id, Reminder.at) if reminders else (Ticket.id, Ticket.created_at)
    query = select(col(row), Ticket.number).where(*_within(scope, moment), col(row) > after)
    query = query.where(reach.visible(reader))
    if reminders:
        query = query.where(Reminder.ticket_id == Ticket.id)
    if measure is Measure.MATTERS:
        query = query.where(~_MERGED)
    if key:
        query = query.where(_KEYS[key] == value)
    found = session.exec(query.order_by(col(row)).limit(limit)).all()
    return [(each or 0, number) for each, number in found]


def _summed(scope: Scope, key: Any, seen: ColumnElement[bool]) -> Select[Any]:
    rows = _rows(scope, key, seen).subquery()
    figures = [func.sum(rows.c[measure]).label(measure) for measure in Measure]
    return columns(rows.c.key, *figures).group_by(rows.c.key).order_by(rows.c.key)


def _rows(scope: Scope, key: Any, seen: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Return one row for each ticket and each reminder: its key, and what it counts for."""
    requests = columns(
        key.label("key"),
        case((_MERGED, 0), else_=1).label(Measure.MATTERS),
        literal(1).label(Measure.REQUESTS),
        literal(0).label(Measure.REMINDERS),
    ).where(*_within(scope, Ticket.created_at), seen)
    asked = (
        columns(key.label("key"), literal(0), literal(0), literal(1))
        .select_from(Reminder)
        .join(Ticket, col(Ticket.id) == Reminder.ticket_id)
        .where(*_within(scope, Reminder.at), seen)
    )
    return union_all(requests, asked)


def _within(scope: Scope, moment: Any) -> list[ColumnElement[bool]]:
    when = [col(moment) >= scope.since, col(moment) < scope.until]
    return [*when, col(Ticket.district).in_(_area(scope.district))] if scope.district else when


def _area(code: str) -> Select[Any]:
    """Return the codes of the district and of all below it."""
    area = columns(col(District.code)).where(col(District.code) == code).cte(recursive=True)
    below = columns(col(District.code)).join(area, col(District.parent) == area.c.code)
    return columns(area.union(below).c.code)
