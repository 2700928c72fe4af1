"""Lists that are read from the newest on, page by page: by a moment, then by id."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import tuple_
from sqlalchemy.orm import Mapped
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

Row = TypeVar("Row")


def page(
    session: Session,
    query: SelectOfScalar[Row],
    at: Mapped[datetime],
    id: Mapped[int | None],
    *,
    before: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[Row]:
    """Return so many of the query's rows, the newest first.

    `before` is the moment and the id of the last one seen; None begins with the newest.
    """
    if before:
        query = query.where(tuple_(at, id) < before)
    return session.exec(query.order_by(at.desc(), id.desc()).limit(limit)).all()
