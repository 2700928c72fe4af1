"""他系统的一份表: its lines one by one, and what was found in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dispatch.rules.sheet import BadCell
from dispatch.taking_over.import_cells import Cells, Reading
from dispatch.taking_over.import_lines import OldTicket, content_of, earlier_contents_of, read_line
from dispatch.taking_over.import_mapping import Field
from dispatch.taking_over.import_sheets import read_rows
from hotline.core.errors import Invalid

SHOWN = 50  # errors and warnings that are listed; of the others only how many there are


@dataclass
class Listing:
    """The first lines of a list that may be long, and how many there are in all."""

    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: object) -> None:
        """Keep the line if the list is still short."""
        self.count += 1
        if len(self.lines) < SHOWN:
            self.lines.append(str(line))

    def __str__(self) -> str:
        more = self.count - len(self.lines)
        return "\n".join([*self.lines, *([f"… and {more} more"] if more else [])])


class BadImport(Invalid):
    """The file was refused whole; `bad` lists what is wrong with it."""

    title = "File not accepted"

    def __init__(self, bad: Listing) -> None:
        super().__init__(str(bad), remedy="Nothing of the file was taken.")
        self.bad = bad


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds that is new here, or was; and where its due times are not ours."""

    added: int
    unchanged: int
    differing: Listing


@dataclass
class OldSheet:
    """The file that is being read, and what was found in it so far."""

    path: Path
    reading: Reading
    bad: Listing = field(default_factory=Listing)
    differing: Listing = field(default_factory=Listing)
    numbers: set[str] = field(default_factory=set)
    added: int = 0
    unchanged: int = 0

    def report(self) -> Report:
        """Return what was found; raise BadImport when any line is bad."""
        if self.bad.count:
            raise BadImport(self.bad)
        return Report(self.added, self.unchanged, self.differing)

    def refuse(self, row: int, wrong: BadCell) -> None:
        """Note what is wrong in one row."""
        where = f"{self.path.name}, row {row}, column {wrong.column}"
        self.bad.add(f"{where}: {wrong.detail} {wrong.remedy}")

    def wrong_number(self, detail: str, remedy: str) -> BadCell:
        """Return the error of a ticket that can't have its number here."""
        return BadCell(self.reading.mapping.called(Field.NUMBER), detail, remedy)


@dataclass(frozen=True, slots=True)
class OldLine:
    """A line that can be taken in, by its row, and the digest by which it is known again."""

    row: int
    old: OldTicket
    content: str
    earlier: tuple[str, ...] = ()  # by the master keys before this one


def read(sheet: OldSheet) -> Iterator[OldLine | None]:
    """Yield each line's ticket, None for a bad line; raise BadImport without its columns."""
    rows = read_rows(sheet.path, sheet.reading.mapping.sheet)
    places = _places(sheet, next(rows, (1, []))[1])
    for row, values in rows:
        told = {field: values[at] for field, at in places.items() if at < len(values)}
        try:
            old = read_line(Cells(sheet.reading, told))
            _once(sheet, old)
        except BadCell as wrong:
            sheet.refuse(row, wrong)
            yield None
        else:
            yield OldLine(row, old, content_of(told), earlier_contents_of(told))


def _places(sheet: OldSheet, headings: list[str]) -> dict[Field, int]:
    """Return where each field's column stands; raise BadImport when one is not there."""
    named = [heading.strip() for heading in headings]
    columns = sheet.reading.mapping.columns
    for column in dict.fromkeys(columns.values()):
        if named.count(column) != 1:
            what = "twice" if column in named else "nowhere"
            wrong = BadCell(column, f"The heading stands {what}.", "Mend it, or the mapping.")
            sheet.refuse(1, wrong)
    if sheet.bad.count:
        raise BadImport(sheet.bad)
    return {field: named.index(column) for field, column in columns.items()}


def _once(sheet: OldSheet, old: OldTicket) -> None:
    if old.number in sheet.numbers:
        raise sheet.wrong_number("An earlier line has the same number.", "Keep one of them.")
    sheet.numbers.add(old.number)
