"""派单目录's faults: whom nobody answers, what overlaps, what ended, who takes no orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from hotline.core.clock import BEIJING
from knowledge import catalogue, checks
from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER, ResponsibilityEntry

_FIRST_LEVEL = 2  # letters of a first-level matter's code


class Fault(StrEnum):
    """What is wrong with a matter in a district."""

    NOBODY = "nobody"  # not even a desk answers
    OVERLAP = "overlap"  # two entries hold on a same day
    TAKES_NONE = "takes_none"  # its department accepts no orders
    ENDED = "ended"  # the last entry is over and none follows
    DESK = "desk"  # only the desk does: a person must find out who is responsible


@dataclass(frozen=True, slots=True)
class Faulty:
    """A pair with its fault; `departments` are those of the entries meant, by code."""

    fault: Fault
    matter: str
    district: str
    departments: tuple[str, ...] = ()
    day: date | None = None


def faults(directory: Directory, day: date, *, home: str) -> list[Faulty]:
    """Return what is wrong on this day, the gravest first; gaps within the home district alone.

    Elsewhere a neighbour's desk answers, as it should.
    """
    listed = [entry for entries in directory.catalogue.values() for entry in entries]
    found = [
        *_gaps(directory, day, home),
        *_overlaps(listed),
        *_over(directory, day),
        *_without_takers(directory, listed, day),
    ]
    order = list(Fault)
    return sorted(found, key=lambda each: (order.index(each.fault), each.district, each.matter))


def _gaps(directory: Directory, day: date, home: str) -> Iterator[Faulty]:
    """Yield the first-level matters that no department of the matter answers for."""
    at = datetime.combine(day, time(12), BEIJING)
    matters = [
        each
        for code, each in directory.matters.items()
        if len(code) == _FIRST_LEVEL and code != ANY_MATTER
    ]
    for district in (each for each in directory.districts if home in directory.upwards(each)):
        for matter in matters:
            entry = catalogue.responsible(directory, matter, district, at)
            if entry is None:
                yield Faulty(Fault.NOBODY, matter.code, district)
            elif entry.matter_code == ANY_MATTER:
                yield Faulty(Fault.DESK, matter.code, district, (entry.department_code,))


def _overlaps(listed: list[ResponsibilityEntry]) -> Iterator[Faulty]:
    for earlier, later in checks.overlaps(listed):
        both = (earlier.department_code, later.department_code)
        day = max(earlier.valid_from, later.valid_from)
        yield Faulty(Fault.OVERLAP, earlier.matter_code, earlier.district_code, both, day)


def _over(directory: Directory, day: date) -> Iterator[Faulty]:
    for (matter, district), entries in directory.catalogue.items():
        ends = [entry.valid_to for entry in entries]
        last = max((each for each in ends if each), default=None)
        if None not in ends and last and last < day:
            departments = tuple(each.department_code for each in entries if each.valid_to == last)
            yield Faulty(Fault.ENDED, matter, district, departments, last)


def _without_takers(
    directory: Directory, listed: list[ResponsibilityEntry], day: date
) -> Iterator[Faulty]:
    for entry in listed:
        department = directory.departments[entry.department_code]
        if entry.holds_on(day) and not department.accepts:
            yield Faulty(
                Fault.TAKES_NONE, entry.matter_code, entry.district_code, (department.code,)
            )
