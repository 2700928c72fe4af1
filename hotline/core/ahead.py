"""Questions that no other's answer is needed for, asked of PostgreSQL in one round trip.

Whoever knows what a request will need asks for it `ahead`; each module takes its own answer with
`answers`, which asks what nobody has asked yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from typing import Any

from psycopg import Connection
from sqlmodel import Session

Rows = Sequence[tuple[Any, ...]]

_KEPT = "asked_ahead"
_JOINED = ""  # no statement is empty


@dataclass(frozen=True)
class Question:
    """One statement that returns rows, with the values of its `%(name)s`.

    `columns` is how many one plain SELECT of exactly one row has, which may be joined with others:
    0 for a statement that must stand alone.
    """

    sql: str
    values: Mapping[str, Any] | None = None
    columns: int = 0


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
    statements = [list(group) for _, group in groupby(questions, key=_statement)]
    with _together(driver, len(statements)):
        cursors = [
            driver.execute(_joined(tuple(each.sql for each in group)), group[0].values)
            for group in statements
        ]
        found = [cursor.fetchall() for cursor in cursors]
    return [
        one for group, rows in zip(statements, found, strict=True) for one in _parted(group, rows)
    ]


def _statement(question: Question) -> str:
    """Return what neighbours that become one statement have in common."""
    return _JOINED if question.columns else question.sql


def _together(driver: Connection, count: int) -> AbstractContextManager[object]:
    return driver.pipeline() if count > 1 else nullcontext()


@cache
def _joined(parts: tuple[str, ...]) -> str:
    """Return one SELECT of all the parts' columns side by side."""
    if len(parts) == 1:
        return parts[0]
    named = ", ".join(f"({part}) AS part{place}" for place, part in enumerate(parts))
    return f"SELECT * FROM {named}"  # noqa: S608  # the questions are the modules' own constants


def _parted(group: Sequence[Question], rows: Rows) -> list[Rows]:
    """Return each question's own rows."""
    if len(group) == 1:
        return [rows]
    (row,) = rows
    ends = list(accumulate(question.columns for question in group))
    return [[row[end - question.columns : end]] for question, end in zip(group, ends, strict=True)]
