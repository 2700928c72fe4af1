"""导入工单入库: a batch of another system's tickets, and all that hangs on them, table by table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from dispatch import history
from dispatch.beside.models_beside import DirectAnswer
from dispatch.models import Alarm, Callback, Clock, Rating, Reply, Ticket, WorkOrder
from dispatch.taking_over import import_rows as rows
from dispatch.taking_over.import_rows import Ready, Values
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.privacy import Person

# In the order in which they refer to each other.
_TABLES: tuple[type[SQLModel], ...] = (
    *(Ticket, WorkOrder, Reply, DirectAnswer, Clock, Alarm, Callback, Rating),
)
_IDS = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")


Added = defaultdict[type[SQLModel], list[Values]]


def write(
    session: Session,
    batch: Sequence[Ready],
    people: Sequence[Person],
    *,
    origin: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the batch's tickets, orders, replies, clocks, callbacks and ratings, an event each."""
    added: Added = defaultdict(list)
    ids = {
        Ticket: _ids(session, Ticket, len(batch)),
        WorkOrder: _ids(session, WorkOrder, sum(each.old.share is not None for each in batch)),
        Clock: _ids(session, Clock, sum(len(each.clocks) for each in batch)),
    }
    for each, person in zip(batch, people, strict=True):
        ticket_id = next(ids[Ticket])
        ticket = rows.ticket_of(each.old, ticket_id, person, origin=origin, now=now)
        added[Ticket].append(ticket.model_dump())
        order = _add_order(added, each, ticket, ids[WorkOrder], actor)
        _add_clocks(added, each, ticket, order, ids[Clock], now)
        _add(added, DirectAnswer, rows.answer_of(each.old, ticket, actor))
        _add(added, Callback, rows.callback_of(each, ticket))
        _add(added, Rating, rows.rating_of(each.old, ticket))
    for table in _TABLES:
        _insert(session, table, added[table])
    told = [rows.news_of(each, origin=origin, actor=actor, now=now) for each in batch]
    events.begin_many(session, told)


def _add_order(
    added: Added, ready: Ready, ticket: Ticket, ids: Iterator[int], actor: Actor
) -> Values | None:
    share = ready.old.share
    if share is None:
        return None
    order = rows.order_of(ready.old, share, next(ids), ticket, actor)
    _add(added, WorkOrder, order)
    _add(added, Reply, rows.reply_of(ready.old, share, order, actor))
    return order


def _add_clocks(
    added: Added,
    ready: Ready,
    ticket: Ticket,
    order: Mapping[str, str] | None,
    ids: Iterator[int],
    now: datetime,
) -> None:
    """Hang the clocks on the ticket or on its order."""
    for each in ready.clocks:
        clock, clock_id = each.clock, next(ids)
        on_order = order and each.of_order
        clock.subject = f"order:{order['number']}" if order and on_order else history.chain(ticket)
        clock.id, clock.ticket_id = clock_id, ticket.id or 0
        added[Clock].append(clock.model_dump())
        added[Alarm] += rows.alarms_of(each, clock_id, now=now)


def _add(added: Added, table: type[SQLModel], row: Values | None) -> None:
    if row:
        added[table].append(row)


def _ids(session: Session, table: type[SQLModel], count: int) -> Iterator[int]:
    name = {"name": str(table.__tablename__), "count": count}
    return iter(session.execute(_IDS, name).scalars().all() if count else ())


def _insert(session: Session, table: type[SQLModel], added: list[Values]) -> None:
    if added:
        session.execute(insert(table.__table__), added)  # type: ignore[attr-defined]
