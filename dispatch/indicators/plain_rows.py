"""Rows as they were exported: whole tables, and how plain Python looks things up in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from hotline.core.clock import beijing_day

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
TABLES = (
    *("ticket", "work_order", "clock", "contact", "reply", "order_return", "callback", "redo"),
    *("extension", "supervision", "arbitration", "cluster", "cluster_member", "direct_answer"),
    *("call", "queue_entry", "wrap_up", "missed_call", "rating", "reminder"),
    *("rating_exclusion", "event", "seat", "account"),
)
# What a measure could never need: words, sealed bytes, traces.
_LEFT_OUT = ("text", "sealed_text", "title", "trace", "sealed_contact", "note")
# All that is needed of events, and of accounts.
_SHOWN = {"event": "chain, seq, type, at, refs", "account": "id, district"}


def export(session: Session, which: Mapping[str, str] | None = None) -> Rows:
    """Return the tables' rows, without anybody's words; `which`: a condition by table, in SQL."""
    return {name: _table(session, name, (which or {}).get(name, "true")) for name in TABLES}


def _table(session: Session, name: str, which: str) -> list[dict[str, Any]]:
    shown = _SHOWN.get(name, "*")
    asked = f'SELECT {shown} FROM "{name}" WHERE {which}'  # noqa: S608  # our own words
    rows = session.connection().execute(text(asked))
    return [
        {key: value for key, value in row._mapping.items() if key not in _LEFT_OUT} for row in rows
    ]


def by(rows: Iterable[Row], key: str) -> dict[Any, Row]:
    """Return each row by its key, which no two of them share."""
    return {row[key]: row for row in rows}


def grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    """Return the rows by a key that they share."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def day_of(moment: datetime) -> date:
    """Return the Beijing day to which a moment belongs."""
    return beijing_day(moment)
