"""三率: what the period's rates were, kept so that each reader's score comes of their own area."""

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from dispatch.indicators import definitions, reading
from dispatch.indicators.document import RATES
from dispatch.indicators.models_indicators import OrderFact
from dispatch.indicators.reading import ALL, Period
from dispatch.indicators.terms import Unit
from dispatch.models import Ticket
from dispatch.replays.models_replays import Replay
from dispatch.replays.tallies import Found, write
from hotline.core.confidentiality import Confidentiality


def count(session: Session, replay: Replay) -> None:
    """Count the three rates by department, place, matter and level; weights change no rate."""
    found = Found()
    for definition, first, last in definitions.valid(replay.since, replay.until):
        if definition.code in RATES:
            _count(session, definition, Period(first, last), found)
    write(session, replay, found)


def _count(session: Session, definition: Any, days: Period, found: Found) -> None:
    fact: Any = OrderFact
    keys = (fact.department, fact.district, fact.matter, fact.confidentiality)
    some = func.sum(getattr(fact, definition.numerator))
    of = func.sum(getattr(fact, definition.denominator))
    query = (
        reading.facts(Unit.ORDER, days, ALL, None, *keys, some, of)
        .join(Ticket, col(Ticket.id) == fact.ticket_id)
        .where(reading.said(fact, definition), fact.confidentiality != Confidentiality.SEALED)
        .where(col(Ticket.confidentiality) != Confidentiality.SEALED)
        .group_by(*keys)
    )
    for *key, counted, whole in session.execute(query):
        counts = {"some_before": int(counted), "of_before": int(whole)}
        after = {"some_after": int(counted), "of_after": int(whole)}
        found.add((definition.code, *key), **counts, **after)
