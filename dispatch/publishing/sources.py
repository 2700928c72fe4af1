"""What may be told of at all: the tickets that ended in a month, but for those kept back.

Left out wholly: sealed (密件) and confidential (保密) tickets, 举报, tickets whose requester's data
are held (法定保留) or were erased. No words are read, no numbers and no hours.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session, col

from dispatch.ending.endings import Closing
from dispatch.models import Confidentiality, Rating, Source, Ticket
from dispatch.people.models_people import PersonHold
from dispatch.publishing import bands
from dispatch.publishing.anonymity import Record
from dispatch.publishing.months import Month
from dispatch.publishing.tables import TOTAL
from dispatch.ratings.models_ratings import RatingExclusion
from dispatch.terms import RequestType
from hotline.core.clock import beijing_day
from hotline.core.privacy import Person
from knowledge.models import District, Matter

TOLD = (Confidentiality.PUBLIC, Confidentiality.INTERNAL)
OTHER = "other"
PART = "|"  # between the levels of a matter: no name has it, as the catalogue's lists are parted so
_PREFECTURE, _BROAD = 1, 2  # the levels, as the ladder counts them, at which statistics are cut


def records(session: Session, month: Month) -> list[Record]:
    """Return a record for each ticket that may be told of, at every level of generalisation."""
    districts = {row.code: row for row in session.scalars(select(District))}
    matters = {(row.l1, row.l2, row.l3) for row in session.scalars(select(Matter))}
    rows = session.execute(_asked(month))
    return [_record(row, districts, matters) for row in rows]


def place_of(record: Record) -> tuple[str, str, str]:
    """Return where the record stands in the statistics: prefecture, broad matter, rating."""
    broad, _, _ = record.quasi[1][_BROAD].partition(PART)
    return record.quasi[0][_PREFECTURE], broad, record.sensitive[1]


def fingerprint(session: Session, month: Month) -> str:
    """Return a hash of which tickets may be told of: another one as soon as one may not."""
    ids = session.scalars(_kept_in(month, select(col(Ticket.id))).order_by(col(Ticket.id)))
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def prefecture_of(districts: Mapping[str, District], code: str) -> str:
    """Return the prefecture that has the place; empty for a place that nobody knows."""
    above = districts.get(code)
    while above and above.level not in ("prefecture", "region") and above.parent in districts:
        above = districts[above.parent]
    return above.code if above else ""


def _asked(month: Month) -> Select[Any]:
    excluded = select(col(RatingExclusion.rating_id)).where(
        col(RatingExclusion.rating_id) == col(Rating.id)
    )
    rated = (
        select(col(Rating.satisfaction))
        .where(col(Rating.ticket_id) == col(Ticket.id), ~excluded.exists())
        .order_by(col(Rating.at).desc(), col(Rating.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    shown = (
        *(col(Ticket.district), col(Ticket.category), col(Ticket.request_type)),
        *(col(Ticket.source), col(Ticket.created_at), col(Ticket.closed_at), col(Ticket.closing)),
    )
    return _kept_in(month, select(*shown, rated, col(Ticket.person_id)))


def _kept_in(month: Month, asked: Select[Any]) -> Select[Any]:
    """Narrow to the tickets that ended in the month and may be told of."""
    held = select(col(PersonHold.id)).where(
        col(PersonHold.person_id) == col(Ticket.person_id), col(PersonHold.lifted_at).is_(None)
    )
    return asked.join(Person, col(Person.id) == col(Ticket.person_id)).where(
        *(col(Ticket.closed_at) >= month.since, col(Ticket.closed_at) < month.until),
        col(Ticket.confidentiality).in_(TOLD),
        col(Ticket.request_type) != RequestType.REPORT,
        col(Person.wrapped_key) != b"",
        ~held.exists(),
    )


def _record(
    row: Row[Any], districts: Mapping[str, District], matters: set[tuple[str, str, str]]
) -> Record:
    place, named, kind, source, began, ended, closing, said, who = tuple(row)
    spent = beijing_day(ended) - beijing_day(began)
    return Record(
        quasi=(
            _places(districts, place),
            _matters(named, matters),
            (_known(RequestType, kind), TOTAL),
            (_known(Source, source), TOTAL),
            (bands.days(spent.days), TOTAL),
        ),
        sensitive=(_known(Closing, closing), bands.rating(said)),
        who=who,
    )


def _places(districts: Mapping[str, District], code: str) -> tuple[str, str, str]:
    """Return the place, its prefecture and the whole area; a place nobody knows is `other`."""
    above = prefecture_of(districts, code)
    return (code, above, TOTAL) if above else (OTHER, OTHER, TOTAL)


def _matters(named: list[str], known: set[tuple[str, str, str]]) -> tuple[str, str, str, str]:
    """Return the matter with less and less of its names; one that no catalogue has is `other`."""
    l1, l2, l3 = ([*named, "", "", ""])[:3]
    while (l1, l2, l3) not in known and l1:
        l1, l2, l3 = (l1, l2, "") if l3 else (l1, "", "") if l2 else ("", "", "")
    l1 = l1 or OTHER
    return (
        PART.join((l1, l2, l3)),
        PART.join((l1, l2, TOTAL)),
        PART.join((l1, TOTAL, TOTAL)),
        PART.join((TOTAL, TOTAL, TOTAL)),
    )


def _known(words: type[RequestType | Source | Closing], value: str) -> str:
    """Return the code; what is no code of ours is in no file."""
    return value if value in {each.value for each in words} else OTHER
