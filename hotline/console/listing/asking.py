"""Which list an address asks for: names become codes, and every list has one address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from sqlmodel import Session, col, or_, select

from dispatch.listing import filters
from dispatch.listing.filters import Filters
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.words import name_of, say
from knowledge.models import Department, District

LONGEST = 2000  # letters of an address
ALL = "all=1"  # the whole list, of whoever begins with another one
UNCLEAR, WORDS = "unclear", "q"


@dataclass(frozen=True)
class Asked:
    """The list; `unclear` names the conditions that nobody understands, which it goes without."""

    filters: Filters
    unclear: tuple[str, ...]

    @property
    def query(self) -> str:
        """The list as its address writes it."""
        return query_of(self.filters)


def of(session: Session, given: Iterable[tuple[str, str]]) -> Asked:
    """Return the list that these fields ask for."""
    said: dict[str, list[str]] = {}
    for name, value in given:
        said.setdefault(name, []).append(value)
    unclear = []
    for name, known in (("district", _district), ("department", _department)):
        written = next((each.strip() for each in reversed(said.get(name, ())) if each.strip()), "")
        if written:
            code = known(session, written.replace("\0", ""))
            said[name] = [code]
            unclear += [] if code else [name]
    unclear += [each for each in said.get(UNCLEAR, ()) if each == WORDS]
    reading = filters.read(said)
    return Asked(reading.filters, (*unclear, *reading.unclear))


def of_query(session: Session, query: str) -> Asked:
    """Return the list of a form's hidden field; raise Misfilled for one that is unclear."""
    if len(query) > LONGEST:
        raise Misfilled(say("listing.unclear_query"))
    try:
        given = parse_qsl(query, max_num_fields=100)
    except ValueError as error:  # more fields than any list has
        raise Misfilled(say("listing.unclear_query")) from error
    asked = of(session, given)
    if asked.unclear:
        raise Misfilled(say("listing.unclear", what=unclear_words(asked)))
    return asked


def query_of(wanted: Filters, **changes: object) -> str:
    """Return the filters, changed, as an address writes them."""
    return urlencode(filters.pairs(replace(wanted, **changes)))  # type: ignore[arg-type]


def address(query: str) -> str:
    """Return the page of the list."""
    return f"{PREFIX}/?{query}" if query else f"{PREFIX}/"


def without_the_person(request: Request, asked: Asked) -> str:
    """Return the address to go on from, where this one holds what nobody is looked for by."""
    personal = any(filters.is_personal(each) for each in request.query_params.getlist(WORDS))
    return address(f"{asked.query or ALL}&{UNCLEAR}={WORDS}") if personal else ""


def unclear_words(asked: Asked) -> str:
    """Return the names of what was not understood, as the page calls them."""
    return "、".join(name_of("listing_field", each) for each in dict.fromkeys(asked.unclear))


def _district(session: Session, written: str) -> str:
    found = session.exec(
        select(District.code)
        .where(or_(District.code == written, District.name_zh == written))
        .order_by(col(District.code))
    ).first()
    return found or ""


def _department(session: Session, written: str) -> str:
    found = session.exec(
        select(Department.code).where(or_(Department.code == written, Department.name == written))
    ).first()
    return found or ""
