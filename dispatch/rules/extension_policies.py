"""延期规则: how often and by how much a limit may be extended, from a file.

The default profile is a proposal (domain.md 2.4, [I]); a city edits a copy of the file, kept as
`extensions.csv` in its data folder.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from dispatch.rules.sheet import BadCell, Line, date_or_none, member_in, read_sheet
from dispatch.terms import RequestType, TimeClass
from hotline.core.clock import beijing_day

EXTENSIONS = Path(__file__).parents[1] / "data" / "extensions.csv"

_ANY = "*"
_MOST_DIGITS = 3
_COLUMNS = (
    "profile",
    "request_type",
    "time_class",
    "most",
    "longest",
    "since",
    "until",
    "source",
)


@dataclass(frozen=True, slots=True)
class ExtensionPolicy:
    """At most `most` extensions of at most `longest` working days each; None names all cases.

    `since` and `until` are inclusive.
    """

    profile: str
    request_type: RequestType | None
    time_class: TimeClass | None
    most: int
    longest: int
    since: date | None
    until: date | None
    source: str

    @property
    def rank(self) -> tuple[bool, bool, date]:
        """How closely the row names its case: time class, then type, then newest."""
        return self.time_class is not None, self.request_type is not None, self.since or date.min


def policy_for(
    request_type: RequestType,
    time_class: TimeClass,
    at: datetime,
    *,
    profile: str,
    policies: tuple[ExtensionPolicy, ...],
) -> ExtensionPolicy | None:
    """Return the row in force that names the case most closely; None: nothing is extended."""
    day = beijing_day(at)
    rows = [
        row
        for row in policies
        if row.profile == profile
        and row.request_type in (None, request_type)
        and row.time_class in (None, time_class)
        and (row.since or day) <= day <= (row.until or day)
    ]
    return max(rows, key=lambda row: row.rank, default=None)


def site_policies(folder: Path) -> tuple[ExtensionPolicy, ...]:
    """Return the rows of the site's own file in this folder, of the packaged one without it."""
    own = folder / EXTENSIONS.name
    return load_extensions(own if own.exists() else EXTENSIONS)


@cache
def load_extensions(path: Path) -> tuple[ExtensionPolicy, ...]:
    """Read every row of the file, once a process; BadSheet with an error per bad line."""
    return read_sheet(path, _COLUMNS, _read, key=_case)


def _case(row: ExtensionPolicy) -> tuple[object, ...]:
    return row.profile, row.request_type, row.time_class, row.since


def _read(line: Line) -> ExtensionPolicy:
    since, until = date_or_none(line, "since"), date_or_none(line, "until")
    if since and until and until < since:
        raise BadCell("until", f"{until} is before {since}.", "Give the last day in force.")
    if not line["source"]:
        raise BadCell("source", "The rule has no source.", "Name the document or decision.")
    most, longest = _count_in(line, "most"), _count_in(line, "longest")
    if bool(most) != bool(longest):
        raise BadCell("longest", f"{most} extensions of {longest} days.", "Give both, or 0 twice.")
    return ExtensionPolicy(
        line["profile"],
        None if line["request_type"] == _ANY else member_in(line, "request_type", RequestType),
        None if line["time_class"] == _ANY else member_in(line, "time_class", TimeClass),
        most,
        longest,
        since,
        until,
        line["source"],
    )


def _count_in(line: Line, column: str) -> int:
    text = line[column]
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise BadCell(column, f"{text!r} is no count.", "Write a whole number, 0 for none.")
    return int(text)
