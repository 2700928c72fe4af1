"""人员导入预演: who would be new and who changed; nothing is changed and nobody gets a password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Actor
from hotline.core.errors import HotlineError, Invalid
from hotline.core.people import staff
from hotline.core.people.staff import Place
from knowledge import changing
from knowledge.checks import RowError
from knowledge.importer import ImportRefused
from knowledge.sheets import Line, Sheet
from knowledge.staff import require_place
from knowledge.staff_import import bring, doubles, named_lines, place_in


@dataclass(frozen=True, slots=True)
class Planned:
    """One line that would change something; `before` is None for somebody new."""

    row: int
    username: str
    display_name: str
    before: Place | None
    after: Place


def preview(
    session: Session,
    file: str,
    sheet: Sheet,
    words: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[list[Planned], int]:
    """Return what the sheet would do, and how many lines would change nothing.

    Raises ImportRefused with an error for every bad line, as taking it in does.
    """
    lines = named_lines(file, sheet)
    errors = list(doubles(file, lines))
    planned: list[Planned] = []
    staff.one_at_a_time(session)
    with changing.tried(session):
        for line in lines:
            try:
                plan = _plan(session, line, words, actor, now)
            except HotlineError as error:
                errors.append(RowError(file, line.row, "username", error.detail, error.remedy))
                continue
            planned += [plan] if plan else []
    if errors:
        raise ImportRefused(sorted(errors, key=lambda error: error.row))
    return planned, len(lines) - len(planned)


def _plan(
    session: Session, line: Line, words: Mapping[str, str], actor: Actor, now: datetime
) -> Planned | None:
    cells, username = line.cells, line.cells["username"]
    place = require_place(session, place_in(cells, words))
    account = accounts.find(session, username)
    if account is None:
        _require_usable(username)
        return Planned(line.row, username, cells["display_name"], None, place)
    before = staff.place_of(account)
    changed = bring(session, account, place, cells["display_name"], actor, now)
    return Planned(line.row, username, account.display_name, before, place) if changed else None


def _require_usable(username: str) -> None:
    if not staff.is_usable(username):
        raise Invalid(
            f"Nobody can be called {username!r}.",
            remedy="Use letters, digits and . _ - @ only, 64 at the most.",
        )
