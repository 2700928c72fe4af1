"""What can be taken in and given out, by name; items have a room of their own (`items`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from knowledge import changing, checks, importer, rows, stored
from knowledge.duties import checks as duty_checks
from knowledge.duties import importing as duties
from knowledge.duties import rosters
from knowledge.exchange import articles, precedents
from knowledge.exchange.writing import Format, written
from knowledge.importer import ImportReport

Take = Callable[[Session, Path, Actor, datetime], ImportReport]


class Kind(StrEnum):
    """The kinds, in the order in which an empty site takes them in."""

    DISTRICTS = "districts"
    DEPARTMENTS = "departments"
    CONTACTS = "contacts"
    CATALOGUE = "catalogue"
    PRECEDENTS = "precedents"
    HOTLINES = "hotlines"
    ROSTERS = "rosters"
    ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class Room:
    """One kind: its columns, how a file of it is taken in, and its lines now."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    take: Take
    lines: Callable[[Session], Sequence[dict[str, str]]]


def take_in(
    session: Session, kind: Kind, path: Path, *, actor: Actor, now: datetime, dry_run: bool = False
) -> ImportReport:
    """Take in the file and leave an event, or only say what that would do.

    Raises ImportRefused with an error for every bad cell, Invalid for another kind of file.
    """
    changing.one_at_a_time(session)
    if dry_run:
        with changing.tried(session):
            return _told(kind, ROOMS[kind].take(session, path, actor, now))
    with session.begin_nested():  # what was refused half-way leaves nothing
        report = ROOMS[kind].take(session, path, actor, now)
    counted = {name: getattr(report, name) for name in ("added", "changed", "replaced")}
    if any(counted.values()):
        changing.tell(session, kind, actor, now, change="imported", **counted)
    return _told(kind, report)


def give_out(session: Session, kind: Kind, format: Format, *, actor: Actor, now: datetime) -> bytes:
    """Return the kind's lines as a file that `take_in` takes again without a change.

    Rosters, with everybody's telephone, leave an event.
    """
    if kind is Kind.ROSTERS:
        rosters.tell_given_out(session, actor=actor, now=now)
    room = ROOMS[kind]
    return written(room.lines(session), (*room.required, *room.optional), format)


def kind_named(name: str) -> Kind:
    """Return the kind; raise Invalid naming those that there are."""
    if name not in list(Kind):
        raise Invalid(f"There is nothing to import as {name!r}.", remedy=f"Use {', '.join(Kind)}.")
    return Kind(name)


def _told(kind: Kind, report: ImportReport) -> ImportReport:
    """Return the report without the words of personal cells: it is kept, and it is printed."""
    personal = _PERSONAL.get(kind, frozenset())
    told = (
        replace(each, was="", now="") if each.column in personal else each
        for each in report.cleaned
    )
    return replace(report, cleaned=tuple(told))


def _of_directory(kind: Kind) -> Room:
    name = kind.value

    def take(session: Session, path: Path, _actor: Actor, now: datetime) -> ImportReport:
        return importer.import_file(session, name, path, now)

    def lines(session: Session) -> list[dict[str, str]]:
        table = stored.KINDS[name]
        wanted = (*checks.REQUIRED[name], *checks.OPTIONAL[name])
        return [rows.cells_of(entry, wanted) for entry in stored.entries(session, table)]

    return Room(checks.REQUIRED[name], checks.OPTIONAL[name], take, lines)


# The columns that may hold somebody's name or telephone.
_PERSONAL: Mapping[Kind, frozenset[str]] = {
    Kind.ROSTERS: frozenset({"person", "phone", "note"}),
    Kind.CONTACTS: frozenset({"contact", "telephone"}),
}
ROOMS: Mapping[Kind, Room] = {
    **{
        kind: _of_directory(kind)
        for kind in (
            *(Kind.DISTRICTS, Kind.DEPARTMENTS, Kind.CONTACTS, Kind.CATALOGUE),
            Kind.HOTLINES,
        )
    },
    Kind.PRECEDENTS: Room(
        precedents.REQUIRED,
        (),
        lambda session, path, _actor, now: precedents.take_in(session, path, now),
        precedents.lines,
    ),
    Kind.ROSTERS: Room(
        duty_checks.REQUIRED,
        duty_checks.OPTIONAL,
        lambda session, path, _actor, now: duties.take_in(session, path, now),
        duties.lines,
    ),
    Kind.ARTICLES: Room(articles.REQUIRED, articles.OPTIONAL, articles.take_in, articles.lines),
}
