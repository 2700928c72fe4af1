"""一次比较: a scheme on a period, kept with all that it was made of and written again from it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from dispatch.comparing import counting, document, notices, schemes, telling
from dispatch.comparing.counting import Counted
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.scheme import scheme_of
from dispatch.comparing.states import SCHEME, RunState, SchemeAction, SchemeState, advance
from dispatch.indicators import following, seeing
from dispatch.indicators.reading import Period
from hotline.core.accounts import Actor
from hotline.core.clock import beijing, beijing_day
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Conflict, HotlineError, Invalid, NotFound
from hotline.core.events import EventType

LONGEST = 366  # days of a period


class Broken(HotlineError):
    title = "The comparison was tampered with"


@dataclass(frozen=True)
class _Asked:
    """A scheme on a period; of a simulation, beside the version in force of its name."""

    scheme: ComparisonScheme
    period: Period
    before: ComparisonScheme | None = None


def run(
    session: Session, scheme: ComparisonScheme, period: Period, *, actor: Actor, now: datetime
) -> Comparison:
    """Compare the departments by the adopted scheme; nobody is told until it is published.

    Raises Conflict for another scheme or while facts lag, Invalid for a period that is not over.
    """
    schemes.require_adopted(scheme)
    made = _made(session, _Asked(scheme, period), actor, now)
    notices.run_waits(session, made, now=now)
    return made


def simulate(
    session: Session, scheme: ComparisonScheme, period: Period, *, actor: Actor, now: datetime
) -> Comparison:
    """试算: the same before the scheme is adopted, beside what the one in force says.

    The scheme is locked. Raises what `run` does, and Conflict once it was adopted.
    """
    schemes.require_whole_site(actor)
    scheme.state = advance(SCHEME, SchemeState(scheme.state), SchemeAction.SIMULATE)
    session.add(scheme)
    asked = _Asked(scheme, period, schemes.adopted(session, scheme.name))
    made = _made(session, asked, actor, now)
    notices.scheme_waits(session, scheme, now=now)
    return made


def reproduce(found: Comparison) -> bytes:
    """Return the document, written anew from its inputs; raise Broken unless it is the same.

    Raises Conflict for one that an older hotline wrote otherwise.
    """
    kept, told = published(found), document.write(found.inputs)
    if json.loads(kept)["form"] != document.FORM:
        raise Conflict(
            "It was written in an older form.", remedy="Check the hash of what is kept instead."
        )
    if told != kept:
        raise _broken(found)
    return told


def published(found: Comparison) -> bytes:
    """Return the document as it was written; raise Broken when its hash is another."""
    if _hash(found.document) != found.document_hash:
        raise _broken(found)
    return found.document


def find(session: Session, run_id: int, *, reader: Actor, lock: bool = False) -> Comparison:
    """Return the comparison; raise NotFound, as for one that its reader may not see."""
    query = select(Comparison).where(Comparison.id == run_id, seen(reader))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no comparison {run_id}.", remedy="Take one from the list.")
    return found


def listed(
    session: Session, *, reader: Actor, before: int = 0, limit: int = 50
) -> Sequence[Comparison]:
    """Return the comparisons without what they were made of, the newest first."""
    heavy: tuple[Any, ...] = (Comparison.inputs, Comparison.document)
    query = select(Comparison).options(*(defer(each) for each in heavy)).where(seen(reader))
    if before:
        query = query.where(col(Comparison.id) < before)
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(limit)).all()


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that it tells of nothing beyond the reader's area and clearance."""
    levels = [each for each in Confidentiality if each.within(reader.clearance)]
    cleared = col(Comparison.clearance).in_(levels)
    mine = col(Comparison.district).in_(seeing.area(reader.district)) if reader.district else true()
    return and_(cleared, mine)


def _made(session: Session, asked: _Asked, actor: Actor, now: datetime) -> Comparison:
    _require_over(asked.period, now)
    following.catch_up(session, asked.period.last, now=now)
    made = _written(asked, _inputs(session, asked, actor, now), actor, now)
    session.add(made)
    session.flush()
    refs = {"scheme": made.scheme_id, "simulation": made.simulation}
    telling.of_run(session, made, EventType.COMPARISON_RUN, actor=actor, now=now, **refs)
    return made


def _written(asked: _Asked, inputs: dict[str, Any], actor: Actor, now: datetime) -> Comparison:
    told = document.write(inputs)
    return Comparison(
        version=0,
        scheme_id=asked.scheme.id or 0,
        since=asked.period.first,
        until=asked.period.last,
        simulation=asked.scheme.state != SchemeState.ADOPTED,
        state=RunState.DRAFT,
        district=actor.district,
        clearance=actor.clearance,
        publication=scheme_of(asked.scheme.body).publication,
        run_at=now,
        run_by=str(actor),
        inputs=inputs,
        document=told,
        document_hash=_hash(told),
    )


def _inputs(session: Session, asked: _Asked, actor: Actor, now: datetime) -> dict[str, Any]:
    both = [asked.scheme, asked.before] if asked.before else [asked.scheme]
    codes = {each.code for one in both for each in scheme_of(one.body).indicators}
    found = counting.count(session, asked.period, sorted(codes), reader=actor)
    return {
        "since": asked.period.first.isoformat(),
        "until": asked.period.last.isoformat(),
        "run_at": beijing(now).isoformat(),
        "run_by": str(actor),
        "run": _side(session, asked.scheme, found),
        "before": _side(session, asked.before, found) if asked.before else None,
    }


def _side(session: Session, scheme: ComparisonScheme, found: Counted) -> dict[str, Any]:
    """Return one scheme with the counts that it is about."""
    said = scheme_of(scheme.body)
    codes = {each.code for each in said.indicators}
    counts = {
        unit: {code: each for code, each in mine.items() if code in codes}
        for unit, mine in found.counts.items()
    }
    return {
        "name": scheme.name,
        "number": scheme.number,
        "scheme": scheme.body,
        "classes": counting.classes(session, said, list(found.counts)),
        "counts": counts,
        "excluded": found.excluded,
        "definitions": {code: found.definitions[code] for code in sorted(codes)},
    }


def _require_over(period: Period, now: datetime) -> None:
    if not 0 <= (period.last - period.first).days < LONGEST:
        raise Invalid("That is no period to compare.", remedy=f"1 to {LONGEST} days.")
    if period.last >= beijing_day(now):
        raise Invalid("The period is not over yet.", remedy="Compare once its last day is over.")


def _hash(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()


def _broken(found: Comparison) -> Broken:
    return Broken(
        f"Comparison {found.id} is not what its inputs give.",
        remedy="Compare with a backup: it was changed outside the hotline.",
    )
