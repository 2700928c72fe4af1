"""预演: what a file of limits would change, cell by cell; nothing is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from dispatch.rules import policy_rows
from dispatch.rules.policies import POLICIES, Case, Policy, read_policies
from dispatch.rules.policy_cells import Cells, edges, folded, on_day
from dispatch.rules.policy_gaps import Gap, gaps
from dispatch.terms import ClockKind
from hotline.core.settings import settings

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """The cells of one clock that would go by another limit from a day on; None is no limit."""

    day: date
    cells: Cells
    before: Policy | None
    after: Policy | None


@dataclass(frozen=True, slots=True)
class ProfilePreview:
    """What would become of one profile; the one in force is refused while it has gaps."""

    profile: str
    rows: int
    in_force: bool
    changes: tuple[CellChange, ...]
    gaps: tuple[Gap, ...]


def preview(session: Session, policies: Sequence[Policy], *, today: date) -> list[ProfilePreview]:
    """Return, profile by profile, what taking the file in would change from today on."""
    found = []
    for profile in dict.fromkeys(row.profile for row in policies):
        rows = [row for row in policies if row.profile == profile]
        known = _known(session, profile)
        chosen = profile == settings().policy_profile
        changed = tuple(changes(known, rows, today))
        missing = tuple(gaps(rows, today)) if chosen else ()
        found.append(ProfilePreview(profile, len(rows), chosen, changed, missing))
    return found


def changes(before: Sequence[Policy], after: Sequence[Policy], today: date) -> Iterator[CellChange]:
    """Yield the cells that differ today, and those that differ otherwise from a later day on."""
    told: dict[tuple[ClockKind, Case], tuple[Terms, Terms]] = {}
    for day in edges((*before, *after), today):
        was, now = on_day(before, ClockKind, day), on_day(after, ClockKind, day)
        alike: dict[tuple[ClockKind, Terms, Terms], list[Case]] = {}
        for key in now:
            pair = terms(was[key]), terms(now[key])
            if pair[0] != pair[1] and told.get(key) != pair:
                alike.setdefault((key[0], *pair), []).append(key[1])
            told[key] = pair
        for (kind, *_), cases in alike.items():
            one = kind, cases[0]
            for cells in folded(kind, cases):
                yield CellChange(day, cells, was[one], now[one])


def terms(row: Policy | None) -> Terms:
    """Return what a row gives a clock, whatever it names and since when; () for no row."""
    if row is None:
        return ()
    moves = "moves_off_days" if row.limit.moves_off_days else ""
    bounds = (row.pauses, row.ends_at, row.calendar)
    return str(row.limit), row.starts_at, moves, *bounds, f"{row.warning_percent}%"


def _known(session: Session, profile: str) -> Sequence[Policy]:
    version = policy_rows.newest(session, profile)
    if version:
        return policy_rows.of_version(session, version)
    return [row for row in read_policies(POLICIES) if row.profile == profile]
