"""`import staff`: a site's people from one sheet: all of them, or an error for each bad line.

Doing it again changes nothing. Who is not in the sheet stays as they are: nobody is shut out by
a line that was left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Account, Actor, role_named
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import HotlineError, Invalid
from hotline.core.people import passwords, staff
from hotline.core.people.staff import Place
from knowledge.checks import RowError
from knowledge.importer import ImportRefused
from knowledge.sheets import Line, Sheet
from knowledge.staff import require_place

REQUIRED = ("username", "role")
OPTIONAL = ("display_name", "department", "district", "clearance")
# What people call the columns, besides these names; the sheet's reader knows some already.
_HEADINGS: Mapping[str, str] = {
    "用户名": "username",
    "账号": "username",
    "姓名": "display_name",
    "角色": "role",
    "承办单位": "department",
    "department_code": "department",
    "地区": "district",
    "district_code": "district",
    "保密等级": "clearance",
}


@dataclass(frozen=True)
class StaffReport:
    """What an import did; `passwords` are the new people's, by name, and are shown this once."""

    passwords: Mapping[str, str]
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Key:
    """A new person's password and its hash."""

    password: str
    hashed: str


def take_in(
    session: Session,
    file: str,
    sheet: Sheet,
    words: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> StaffReport:
    """Make and change accounts as the sheet says; `words` are names of roles and levels by code.

    Raises ImportRefused with an error for every bad line; then the transaction must not commit.
    """
    lines = named_lines(file, sheet)
    errors = list(doubles(file, lines))
    keys = {} if errors else _passwords(session, lines)
    staff.one_at_a_time(session)
    made: dict[str, str] = {}
    changed = 0
    for line in lines:
        try:
            outcome = _take(session, line.cells, words, keys, actor, now)
        except HotlineError as error:
            errors.append(RowError(file, line.row, "username", error.detail, error.remedy))
            continue
        if isinstance(outcome, str):
            made[line.cells["username"]] = outcome
        changed += outcome is True
    if errors:
        raise ImportRefused(sorted(errors, key=lambda error: error.row))
    return StaffReport(made, changed, len(lines) - len(made) - changed)


def _take(
    session: Session,
    cells: Mapping[str, str],
    words: Mapping[str, str],
    keys: Mapping[str, Key],
    actor: Actor,
    now: datetime,
) -> str | bool:
    """Return the new person's password, or whether somebody who was there was changed."""
    username, place = cells["username"], require_place(session, place_in(cells, words))
    account = accounts.find(session, username)
    if account is None:
        key = keys.get(username) or _key()  # who was removed a moment ago has none yet
        staff.create(
            session,
            username,
            place,
            password=key.password,
            hashed=key.hashed,
            display_name=cells["display_name"],
            actor=actor,
            now=now,
        )
        return key.password
    return bring(session, account, place, cells["display_name"], actor, now)


def _passwords(session: Session, lines: Sequence[Line]) -> dict[str, Key]:
    """Return a password for everybody who is new, hashed while nobody waits: each takes a core."""
    names = [name for line in lines if staff.is_usable(name := line.cells["username"])]
    return {each: _key() for each in names if accounts.find(session, each) is None}


def _key() -> Key:
    password = passwords.temporary_password()
    return Key(password, passwords.hash_password(password))


def bring(
    session: Session, account: Account, place: Place, display_name: str, actor: Actor, now: datetime
) -> bool:
    """Bring the account to what its line says; return whether that changed it."""
    before, named = account.version, display_name or account.display_name
    staff.change(session, account, place=place, display_name=named, actor=actor, now=now)
    return account.version != before


def place_in(cells: Mapping[str, str], words: Mapping[str, str]) -> Place:
    """Return the place that a line names; raise Invalid."""
    role = role_named(words.get(cells["role"], cells["role"]))
    level = words.get(cells["clearance"], cells["clearance"]) or Confidentiality.CONFIDENTIAL
    if level not in list(Confidentiality):
        raise Invalid(
            f"{level!r} is no level.", remedy=f"Write one of {', '.join(Confidentiality)}."
        )
    return Place(role, cells["department"], cells["district"], Confidentiality(level))


def named_lines(file: str, sheet: Sheet) -> Sequence[Line]:
    """Return the lines with every column; raise Invalid when the heading is not this kind's."""
    wanted = (*REQUIRED, *OPTIONAL)
    columns = [_HEADINGS.get(column, column) for column in sheet.columns]
    missing = [column for column in REQUIRED if column not in columns]
    odd = [column for column in columns if column and columns.count(column) > 1]
    odd += [column for column in columns if column and column not in wanted]
    if missing or odd:
        problem = f"lacks {', '.join(missing)}" if missing else f"has an odd {odd[0]!r}"
        raise Invalid(f"{file}, row 1: the heading {problem}.", remedy=f"Use {', '.join(wanted)}.")
    return [_line(line, wanted) for line in sheet.lines]


def _line(line: Line, wanted: Sequence[str]) -> Line:
    cells = {_HEADINGS.get(column, column): text.strip() for column, text in line.cells.items()}
    return Line(line.row, {column: cells.get(column, "") for column in wanted})


def doubles(file: str, lines: Sequence[Line]) -> Iterator[RowError]:
    """Yield the lines that name somebody a second time."""
    first: dict[str, int] = {}
    for line in lines:
        name = line.cells["username"]
        if name in first:
            problem = f"{name!r} stands in row {first[name]} already."
            yield RowError(file, line.row, "username", problem, "Leave one of the two.")
        first.setdefault(name, line.row)
