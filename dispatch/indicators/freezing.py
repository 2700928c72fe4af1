"""定稿: a period's report frozen with the facts and definitions it came from.

The document is a function of what is kept beside it, and is written again from that bit for bit,
whatever has become of the tickets and the definitions since. Sealed things are in no report.
"""

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import defer, load_only
from sqlmodel import Session, col, select

from dispatch.indicators import definitions, document, following, reading, weights
from dispatch.indicators.measures import FACTS, MEASURES
from dispatch.indicators.models_indicators import IndicatorSnapshot
from dispatch.indicators.reading import ALL, Period
from dispatch.indicators.terms import Unit
from dispatch.indicators.things import Fact
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import HotlineError, Invalid, NotFound
from hotline.core.events import EventType

Facts = Mapping[Unit, Sequence[Fact]]
LEVEL = 6
# What a list shows: not the document, and not what it came from.
_LISTED = (
    *("id", "name", "since", "until", "frozen_at", "frozen_by", "clearance"),
    *("document_hash", "facts_hash"),
)


class Broken(HotlineError):
    title = "The frozen report was tampered with"


def freeze(
    session: Session, name: str, period: Period, *, actor: Actor, now: datetime
) -> IndicatorSnapshot:
    """Freeze the period's report as its author may count it.

    Raises Invalid for a period that is none or is not over, and Conflict while its facts lag.
    """
    require_over(name, period, now=now)
    following.catch_up(session, period.last, now=now)
    snapshot = _snapshot(session, name.strip(), period, actor, now)
    events.append(
        session,
        EventType.INDICATORS_FROZEN,
        chain=f"report:{snapshot.id}",
        actor=str(actor),
        now=now,
        since=period.first.isoformat(),
        until=period.last.isoformat(),
    )
    return snapshot


def require_over(name: str, period: Period, *, now: datetime) -> None:
    """Raise Invalid for a report without a name, or of a period that is none or is not over."""
    if not name.strip() or period.last < period.first:
        raise Invalid("A report has a name and a period.", remedy="Give both.")
    if period.last >= beijing_day(now):
        raise Invalid("The period is not over yet.", remedy="Freeze it once its last day is over.")


def _snapshot(
    session: Session, name: str, period: Period, actor: Actor, now: datetime
) -> IndicatorSnapshot:
    kept = _kept(period)
    facts = _written(_facts(session, period, actor))
    told = document.write(name, period, kept, _read(facts), by=str(actor), at=now)
    snapshot = IndicatorSnapshot(
        name=name,
        since=period.first,
        until=period.last,
        frozen_at=now,
        frozen_by=str(actor),
        clearance=actor.clearance,
        definitions=kept,
        document=told,
        document_hash=_hash(told),
        facts=zlib.compress(facts, LEVEL),
        facts_hash=_hash(facts),
    )
    session.add(snapshot)
    session.flush()
    return snapshot


def _kept(period: Period) -> dict[str, Any]:
    """Return the definitions and weights that hold in the period, in words."""
    held = [each for each, _, _ in definitions.valid(period.first, period.last)]
    return {"definitions": _words(held), "weights": _words(weights.packaged())}


def _words(rows: Iterable[Any]) -> list[dict[str, str]]:
    return [{key: _word(value) for key, value in asdict(each).items()} for each in rows]


def published(snapshot: IndicatorSnapshot) -> bytes:
    """Return the document as it was frozen; raise Broken when its hash is another."""
    if _hash(snapshot.document) != snapshot.document_hash:
        raise _broken(snapshot)
    return snapshot.document


def reproduce(snapshot: IndicatorSnapshot) -> bytes:
    """Return the document, written anew from its facts; raise Broken unless it is the same."""
    facts = zlib.decompress(snapshot.facts)
    told = document.write(
        snapshot.name,
        Period(snapshot.since, snapshot.until),
        snapshot.definitions,
        _read(facts),
        by=snapshot.frozen_by,
        at=snapshot.frozen_at,
    )
    same = (_hash(facts), _hash(told)) == (snapshot.facts_hash, snapshot.document_hash)
    if not same or told != snapshot.document:
        raise _broken(snapshot)
    return told


def by_day(snapshot: IndicatorSnapshot, codes: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the figures of these indicators by day, counted from the facts that were kept."""
    if not codes:
        return {}
    facts = _read(zlib.decompress(snapshot.facts))
    return document.by_day(snapshot.definitions, facts, codes)


def _broken(snapshot: IndicatorSnapshot) -> Broken:
    return Broken(
        f"Report {snapshot.id} is not what its facts give.",
        remedy="Compare with a backup: it was changed outside the hotline.",
    )


def find(session: Session, snapshot_id: int, *, reader: Actor | None) -> IndicatorSnapshot:
    """Return the frozen report; raise NotFound, as for one that its reader may not see."""
    mine = select(IndicatorSnapshot).where(IndicatorSnapshot.id == snapshot_id, _seen(reader))
    facts: Any = IndicatorSnapshot.facts
    found = session.exec(mine.options(defer(facts))).first()
    if found is None:
        raise NotFound(f"There is no frozen report {snapshot_id}.")
    return found


def listed(
    session: Session, *, before: int = 0, limit: int = 50, reader: Actor | None
) -> Sequence[IndicatorSnapshot]:
    """Return the frozen reports, the newest first; `before` is the id of the last one seen."""
    shown = (getattr(IndicatorSnapshot, each) for each in _LISTED)
    asked = select(IndicatorSnapshot).options(load_only(*shown)).where(_seen(reader))
    if before:
        asked = asked.where(col(IndicatorSnapshot.id) < before)
    return session.exec(asked.order_by(col(IndicatorSnapshot.id).desc()).limit(limit)).all()


def _seen(reader: Actor | None) -> ColumnElement[bool]:
    """Return the condition that it tells of nothing beyond the reader's area and clearance."""
    if reader is None:
        return true()
    levels = [each for each in Confidentiality if each.within(reader.clearance)]
    cleared = col(IndicatorSnapshot.clearance).in_(levels)
    if not reader.district:
        return cleared
    return and_(cleared, col(IndicatorSnapshot.frozen_by) == str(reader))


def _facts(session: Session, period: Period, actor: Actor) -> Iterable[tuple[Unit, Any]]:
    for unit in Unit:
        fact: Any = FACTS[unit]
        shown = [getattr(fact, name) for name in _columns(unit)]
        query = reading.facts(unit, period, ALL, actor, *shown)
        query = query.where(fact.confidentiality != Confidentiality.SEALED).order_by(fact.id)
        for row in session.connection().execute(query):
            yield unit, row


def _columns(unit: Unit) -> tuple[str, ...]:
    keys = ("department",) if unit is Unit.ORDER else ("hour",) if unit is Unit.CALL else ()
    return ("id", "day", "district", "matter", *keys, *sorted(MEASURES[unit]))


def _written(facts: Iterable[tuple[Unit, Any]]) -> bytes:
    """Return the facts as lines: the unit's columns before its first one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for unit in Unit:
        writer.writerow(("#", unit.value, *_columns(unit)))
    for unit, row in facts:
        writer.writerow((unit.value, *row))  # None is written as nothing
    return out.getvalue().encode()


def _read(facts: bytes) -> Facts:
    """Return the facts that lines tell of."""
    found: dict[Unit, list[Fact]] = {unit: [] for unit in Unit}
    read: dict[str, list[tuple[str, Callable[[str], Any]]]] = {}
    for first, *cells in csv.reader(io.StringIO(facts.decode())):
        if first == "#":
            read[cells[0]] = [(name, _CELLS.get(name, _number)) for name in cells[1:]]
        else:
            row = zip(read[first], cells, strict=True)
            found[Unit(first)].append({name: parse(cell) for (name, parse), cell in row})
    return found


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


_CELLS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("district", "matter", "department"), str),
    "day": date.fromisoformat,
}


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _hash(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()


def as_json(snapshot: IndicatorSnapshot) -> Any:
    """Return what the frozen document tells."""
    return json.loads(snapshot.document)
