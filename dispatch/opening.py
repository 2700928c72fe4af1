"""登记, in one statement: the ticket, its first event and clocks, the notice and the proposal.

The statement is compiled once from the tables' own columns; an ORM's unit of work costs six times
as much (docs/performance.md). What stands as in a model's default is part of the statement, so
that few values are sent: psycopg keeps a statement of up to fifty.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Table,
    bindparam,
    insert,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel

from dispatch.models import Clock, Notice, ProposalRow, Ticket
from hotline.core import events
from hotline.core.events import Event, News

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has none
_MADE_LATER = frozenset({"id", "xid", "ticket_id"})
_OF_TICKET = "ticket_id"
Columns = Mapping[str, Any]  # of a row; what is left out is as in its model
# A row of the statement: the name of its part, its model, and the columns whose values are sent.
_Part = tuple[str, type[SQLModel], tuple[str, ...]]


def write(
    session: Session,
    ticket: Ticket,
    first: News,
    *,
    clocks: Sequence[Columns],
    notice: Columns,
    proposal: Columns | None,
) -> None:
    """Write a new ticket and all that it begins with; the ticket is the session's own afterwards.

    `first` begins the ticket's chain. Clocks, notice and proposal are written, not kept.
    """
    session.flush()
    rows: list[tuple[str, type[SQLModel], Columns]] = [
        ("event", Event, events.begun(session, first)),
        ("ticket", Ticket, ticket.__dict__),
        ("notice", Notice, notice),
    ]
    rows += [(f"clock{place}", Clock, clock) for place, clock in enumerate(clocks)]
    if proposal:
        rows.append(("proposal", ProposalRow, proposal))
    parts = tuple((name, model, _sent(model, row)) for name, model, row in rows)
    values = {
        f"{name}_{column}": _as_sent(model, column, row[column])
        for (name, model, row), (_, _, columns) in zip(rows, parts, strict=True)
        for column in columns
    }
    sql = _compiled(parts)
    ticket.id = session.connection().exec_driver_sql(sql, values).scalar_one()
    make_transient_to_detached(ticket)
    session.add(ticket)


def _sent(model: type[SQLModel], row: Columns) -> tuple[str, ...]:
    """Return the columns whose values are not the model's defaults."""
    return tuple(name for name, default in _columns(model) if row.get(name, default) != default)


def _as_sent(model: type[SQLModel], column: str, value: Any) -> Any:
    """Return the value as psycopg takes it; a StrEnum is written as its value."""
    if column in _json_columns(model):
        return Jsonb(value)
    return str(value) if isinstance(value, str) else value


@cache
def _columns(model: type[SQLModel]) -> list[tuple[str, Any]]:
    """Return the columns that are written, each with its default; no JSON is a default's equal."""
    made = model()
    json = _json_columns(model)
    return [
        (column.name, object() if column.name in json else getattr(made, column.name, None))
        for column in _table(model).columns
        if column.name not in _MADE_LATER
    ]


@cache
def _json_columns(model: type[SQLModel]) -> frozenset[str]:
    return frozenset(one.name for one in _table(model).columns if isinstance(one.type, JSONB))


@cache
def _compiled(parts: tuple[_Part, ...]) -> str:
    """Return the SQL that writes these rows and yields the ticket's id."""
    (made,) = [_insert(part, None) for part in parts if part[1] is Ticket]
    others = [_insert(part, made) for part in parts if part[1] is not Ticket]
    return str(select(made.c.id).add_cte(*others).compile(dialect=_DIALECT))


def _insert(part: _Part, ticket: CTE | None) -> CTE:
    """Return the insert of one row, hung on the ticket where its table says so."""
    name, model, sent = part
    table = _table(model)
    given = {
        column: bindparam(f"{name}_{column}", type_=table.c[column].type)
        if column in sent
        else _written(default, table.c[column])
        for column, default in _columns(model)
    }
    if ticket is None or _OF_TICKET not in table.c:
        return insert(table).values(given).returning(table.c.id).cte(f"new_{name}")
    source = select(ticket.c.id, *given.values())
    made = insert(table).from_select([_OF_TICKET, *given], source, include_defaults=False)
    return made.returning(literal_column("1")).cte(f"new_{name}")


def _written(default: Any, column: Column[Any]) -> ColumnElement[Any]:
    """Return a default as it stands in SQL."""
    if default is None:
        return null()
    value = literal(default, column.type).compile(
        dialect=_DIALECT, compile_kwargs={"literal_binds": True}
    )
    return literal_column(str(value))


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
