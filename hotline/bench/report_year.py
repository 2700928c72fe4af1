"""A made-up year: how much there is of it, and rows that are copies of one, told apart by SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, insert, literal, literal_column, select
from sqlmodel import Session, SQLModel, func

DAYS = 365
PEOPLE_IN_TEN = 4  # so many callers have ten tickets between them


@dataclass(frozen=True)
class Year:
    """How much there is of it, and when it began."""

    tickets: int
    calls: int
    began: datetime

    @property
    def people(self) -> int:
        return max(1, self.tickets * PEOPLE_IN_TEN // 10)

    def at(self, places: int) -> str:
        """Return the moment of a row among so many, as SQL: the same number each day."""
        spread = f"{DAYS * 86400.0} * (place - 1) / {places}"
        return f"timestamptz '{self.began.isoformat()}' + interval '1 second' * ({spread})"


def copies(
    session: Session, row: SQLModel, count: int, varying: Mapping[str, str], where: str = "true"
) -> None:
    """Insert copies of the row; the varying columns are SQL over `place`, from 1 on."""
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    values: dict[str, ColumnElement[Any]] = {
        column.name: literal(getattr(row, column.name), column.type)
        for column in table.columns
        if getattr(row, column.name) is not None and column.name not in varying
    }
    values |= {name: literal_column(expression) for name, expression in varying.items()}
    places = func.generate_series(1, count).table_valued("place").render_derived("counted")
    rows = select(*values.values()).select_from(places).where(literal_column(where))
    session.execute(insert(table).from_select(list(values), rows))
