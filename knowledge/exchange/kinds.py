"""What can be taken in and given out, by name; items have a room of their own (`items`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from knowledge import changing, checks, importer, sheet_changes, stored
from knowledge.duties import checks as duty_checks
from knowledge.duties import importing as duties
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
            return ROOMS[kind].take(session, path, actor, now)
    with session.begin_nested():  # what was refused half-way leaves nothing
        report = ROOMS[kind].take(session, path, actor, now)
    counted = {name: getattr(report, name) for name in ("added", "changed", "replaced")}
    if any(counted.values()):
        changing.tell(session, kind, actor, now, change="imported", **counted)
    return report


def give_out(session: Session, kind: Kind, format: Format) -> bytes:
    """Return the kind's lines as a file that `take_in` takes again without a change."""
    room = ROOMS[kind]
    return written(room.lines(session), (*room.required, *room.optional), format)


def kind_named(name: str) -> Kind:
    """Return the kind; raise Invalid naming those that there are."""
    if name not in list(Kind):
        raise Invalid(f"There is nothing to import as {name!r}.", remedy=f"Use {', '.join(Kind)}.")
    return Kind(name)


def _of_directory(kind: Kind) -> Room:
    name = kind.value

    def take(session: Session, path: Path, _actor: Actor, now: datetime) -> ImportReport:
        return importer.import_file(session, name, path, now)

    def lines(session: Session) -> list[dict[str, str]]:
        table = sheet_changes.KINDS[name]
        wanted = (*checks.REQUIRED[name], *checks.OPTIONAL[name])
        return [_cells(entry, wanted) for entry in stored.entries(session, table)]

    return Room(checks.REQUIRED[name], checks.OPTIONAL[name], take, lines)


def _cells(entry: Any, wanted: Sequence[str]) -> dict[str, str]:
    values = {one.name: getattr(entry, one.name) for one in fields(entry)}
    return {name: _cell(values[name]) for name in wanted}


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value or "")


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
