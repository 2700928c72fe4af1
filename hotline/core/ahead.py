"""Questions that no other's answer is needed for, asked of PostgreSQL in one round trip.

Whoever knows what a request will need asks for it `ahead`; each module takes its own answer with
`answers`, which asks what nobody has asked yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from sqlmodel import Session

Rows = Sequence[tuple[Any, ...]]

_KEPT = "asked_ahead"


@dataclass(frozen=True)
class Question:
    """One statement that returns rows, with the values of its `%(name)s`."""

    sql: str
    values: Mapping[str, Any] | None = None


@contextmanager
def asked(session: Session, *questions: Question) -> Iterator[None]:
    """Ask these in their order; what nobody has taken when the block ends is forgotten."""
    found = _ask(session, questions)
    session.info[_KEPT] = {
        question.sql: rows for question, rows in zip(questions, found, strict=True)
    }
    try:
        yield
    finally:
        session.info.pop(_KEPT, None)


def answers(session: Session, *questions: Question) -> list[Rows]:
    """Return each question's rows; an answer that was asked for ahead is taken once."""
    kept: dict[str, Rows] = session.info.get(_KEPT, {})
    found = {question.sql: kept.pop(question.sql, None) for question in questions}
    missing = [question for question in questions if found[question.sql] is None]
    if missing:
        rows = _ask(session, missing)
        found |= {question.sql: each for question, each in zip(missing, rows, strict=True)}
    return [found[question.sql] or () for question in questions]


def _ask(session: Session, questions: Sequence[Question]) -> list[Rows]:
    session.flush()
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, Connection)  # noqa: S101  # the only driver that `connect` lets in
    if len(questions) == 1:
        (only,) = questions
        return [driver.execute(only.sql, only.values).fetchall()]
    with driver.pipeline():
        cursors = [driver.execute(each.sql, each.values) for each in questions]
        return [cursor.fetchall() for cursor in cursors]
