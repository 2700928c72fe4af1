"""What a line of a 值班表 must say, and what it says."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.core.clock import BEIJING
from knowledge.checks import Finding
from knowledge.duties.models_duties import DutyRole

REQUIRED = ("department_code", "role", "starts_at", "ends_at", "person", "phone")
OPTIONAL = ("note",)
ROLE_WORDS: Mapping[str, DutyRole] = {
    "带班领导": DutyRole.LEADER,
    "值班员": DutyRole.OFFICER,
    "副班": DutyRole.DEPUTY,
    "应急联系人": DutyRole.EMERGENCY,
    **{each.value: each for each in DutyRole},
}
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{2,24}(转[0-9]{1,6})?")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shift:
    """One line as it is taken; `key` is what makes it the same one in another file."""

    department: str
    role: DutyRole
    starts_at: datetime
    ends_at: datetime
    person: str
    phone: str
    note: str = ""

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.department, self.role.value, self.starts_at


def check_line(cells: Mapping[str, str], departments: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with a line; nobody's name or number is in what it says."""
    empty = [column for column in REQUIRED if not cells[column]]
    yield from ((column, "is empty.", "Fill it in.") for column in empty)
    if empty:
        return
    code = cells["department_code"]
    if code not in departments:
        remedy = "Import the departments first."
        yield "department_code", f"{code!r} is not among the departments.", remedy
    if cells["role"] not in ROLE_WORDS:
        yield "role", f"{cells['role']!r} is no role.", f"Use {', '.join(ROLE_WORDS)}."
    if not _PHONE.fullmatch(cells["phone"]):
        yield "phone", "is no telephone number.", "Write one number by its digits."
    for column in ("person", "note"):
        if len(cells[column]) > _LONGEST:
            yield column, "is too long.", f"Write {_LONGEST} characters at most."
    yield from _span(cells)


def read(cells: Mapping[str, str]) -> Shift:
    """Return what a line says that `check_line` found nothing wrong with."""
    starts, ends = moment_of(cells["starts_at"]), moment_of(cells["ends_at"])
    if starts is None or ends is None:
        raise ValueError("no moment")
    return Shift(
        department=cells["department_code"],
        role=ROLE_WORDS[cells["role"]],
        starts_at=starts,
        ends_at=ends,
        person=cells["person"],
        phone=cells["phone"],
        note=cells["note"],
    )


def moment_of(cell: str) -> datetime | None:
    """Return the moment that a cell names, by Beijing's clock where it names no other."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def _span(cells: Mapping[str, str]) -> Iterator[Finding]:
    moments = {column: moment_of(cells[column]) for column in ("starts_at", "ends_at")}
    for column, moment in moments.items():
        if moment is None:
            yield column, f"{cells[column]!r} is no moment.", "Write it as 2026-01-31 08:30."
    starts, ends = moments["starts_at"], moments["ends_at"]
    if starts and ends and ends <= starts:
        yield "ends_at", "lies not after starts_at.", "Exchange or correct the two."
