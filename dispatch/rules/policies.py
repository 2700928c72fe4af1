"""时限规则: which limit each clock has, by request type, urgency and time class, from a file.

The default profile is a proposal (domain.md 2.4, [I]); a city edits a copy of the file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.layers import parse_end
from dispatch.rules.limits import Limit, LimitUnit, parse_limit
from dispatch.rules.sheet import (
    BadCell,
    Line,
    date_or_none,
    member_in,
    parse_sheet,
    parsed_in,
    read_sheet,
)
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid

POLICIES = Path(__file__).parents[1] / "data" / "policies.csv"
DEFAULT_PROFILE = "xizang-trial"

_ANY = "*"
COLUMNS = (
    "profile",
    "clock",
    "request_type",
    "urgency",
    "time_class",
    "limit",
    "starts_at",
    "moves_off_days",
    "pauses",
    "ends_at",
    "calendar",
    "warning_percent",
    "since",
    "until",
    "source",
)


# What a limit may depend on.
Case = tuple[RequestType, Urgency, TimeClass]


class NoProfile(Invalid):
    title = "No such limit profile"


class StartEvent(StrEnum):
    """What starts a clock: 登记, 派单, 签收, 答复, the caller's 评价, 督办, 会商, 移交, 发文."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    REPLIED = "replied"
    RATED = "rated"
    SUPERVISED = "supervised"
    CONTESTED = "contested"
    HANDED_OVER = "handed_over"
    LETTER_ISSUED = "letter_issued"
    INTERVIEW_RECORDED = "interview_recorded"


@dataclass(frozen=True, slots=True)
class Policy:
    """One row: the clock's limit for what it names; None names all. `since`/`until` inclusive.

    `ends_at` says when a limit's last day ends (`close`, `midnight`, `17:30`), empty where its
    calendar does.
    """

    profile: str
    kind: ClockKind
    request_type: RequestType | None
    urgency: Urgency | None
    time_class: TimeClass | None
    limit: Limit
    starts_at: StartEvent
    pauses: Wait
    ends_at: str
    calendar: Scope
    warning_percent: int
    since: date | None
    until: date | None
    source: str

    @property
    def rank(self) -> tuple[bool, bool, bool, date]:
        """How closely the row names its case: time class, then urgency, then type, then newest."""
        named = (self.time_class, self.urgency, self.request_type)
        time_class, urgency, request_type = (name is not None for name in named)
        return time_class, urgency, request_type, self.since or date.min


def policy_for(
    kind: ClockKind,
    request_type: RequestType,
    urgency: Urgency,
    at: datetime,
    *,
    time_class: TimeClass = TimeClass.NORMAL,
    policies: tuple[Policy, ...] | None = None,
) -> Limit | None:
    """Return the limit in force at the moment; None where the profile sets no such clock."""
    row = row_for(kind, request_type, urgency, at, time_class=time_class, policies=policies)
    return row.limit if row else None


def row_for(
    kind: ClockKind,
    request_type: RequestType,
    urgency: Urgency,
    at: datetime,
    *,
    time_class: TimeClass = TimeClass.NORMAL,
    policies: tuple[Policy, ...] | None = None,
) -> Policy | None:
    """Return the row of `policies` (the default profile's) that names the case most closely."""
    rows = default_policies() if policies is None else policies
    return closest(
        [row for row in rows if _in_force(row, beijing_day(at))],
        kind,
        (request_type, urgency, time_class),
    )


def closest(rows: Iterable[Policy], kind: ClockKind, case: Case) -> Policy | None:
    """Return that of the rows in force which names the case most closely; None where none does."""
    request_type, urgency, time_class = case
    found = [
        row
        for row in rows
        if row.kind == kind
        and row.request_type in (None, request_type)
        and row.urgency in (None, urgency)
        and row.time_class in (None, time_class)
    ]
    return max(found, key=lambda row: row.rank, default=None)


def load_policies(path: Path, profile: str) -> tuple[Policy, ...]:
    """Read the profile's rows: all of them, or BadSheet with an error per bad line.

    Two rows may name the same case only with different `since`: the newer supersedes the older.
    Raises NoProfile when no row is of the profile.
    """
    rows = read_policies(path)
    mine = tuple(row for row in rows if row.profile == profile)
    if not mine:
        listed = ", ".join(sorted({row.profile for row in rows}))
        raise NoProfile(f"{path} has no profile {profile!r}.", remedy=f"It has {listed}.")
    return mine


def read_policies(path: Path) -> tuple[Policy, ...]:
    """Read the rows of every profile in the file: all of them, or BadSheet."""
    return read_sheet(path, COLUMNS, _read_policy, key=_case)


def parse_policies(name: str, text: str) -> tuple[Policy, ...]:
    """Read the text of a policy file that is called `name`, as `read_policies` does."""
    return parse_sheet(name, text, COLUMNS, _read_policy, key=_case)


def in_force(policies: Iterable[Policy], day: date) -> tuple[Policy, ...]:
    """Return the rows that apply on this day, without those that a newer one supersedes."""
    newest: dict[tuple[object, ...], Policy] = {}
    for row in policies:
        case = _case(row)[:-1]
        kept = newest.get(case)
        if _in_force(row, day) and (kept is None or kept.rank < row.rank):
            newest[case] = row
    return tuple(newest.values())


@cache
def default_policies() -> tuple[Policy, ...]:
    """Return the packaged default profile."""
    return load_policies(POLICIES, DEFAULT_PROFILE)


def _in_force(row: Policy, day: date) -> bool:
    return (row.since is None or row.since <= day) and (row.until is None or day <= row.until)


def _case(row: Policy) -> tuple[object, ...]:
    return row.profile, row.kind, row.request_type, row.urgency, row.time_class, row.since


def _read_policy(line: Line) -> Policy:
    limit, (since, until) = parsed_in(line, "limit", parse_limit), _dates_in(line)
    if not line["profile"]:
        raise BadCell("profile", "The limit is of no profile.", "Name the profile.")
    if not line["source"]:
        raise BadCell("source", "The limit has no source.", "Name the document or decision.")
    return Policy(
        line["profile"],
        member_in(line, "clock", ClockKind),
        None if line["request_type"] == _ANY else member_in(line, "request_type", RequestType),
        None if line["urgency"] == _ANY else member_in(line, "urgency", Urgency),
        None if line["time_class"] == _ANY else member_in(line, "time_class", TimeClass),
        Limit(limit.count, limit.unit, moves_off_days=_yes_in(line, "moves_off_days")),
        member_in(line, "starts_at", StartEvent),
        member_in(line, "pauses", Wait),
        _end_in(line, limit),
        member_in(line, "calendar", Scope),
        _percent_in(line, "warning_percent"),
        since,
        until,
        line["source"],
    )


def _dates_in(line: Line) -> tuple[date | None, date | None]:
    since, until = date_or_none(line, "since"), date_or_none(line, "until")
    if since and until and until < since:
        raise BadCell("until", f"{until} is before {since}.", "Give the last day in force.")
    return since, until


def _yes_in(line: Line, column: str) -> bool:
    if line[column] not in ("yes", "no"):
        raise BadCell(column, f"{line[column]!r} is neither yes nor no.", "Write yes or no.")
    return line[column] == "yes"


def _end_in(line: Line, limit: Limit) -> str:
    text = line["ends_at"]
    if text and limit.unit not in (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS):
        raise BadCell("ends_at", f"{limit} ends at the hour it comes to.", "Leave it empty.")
    if text:
        parsed_in(line, "ends_at", parse_end)
    return text


def _percent_in(line: Line, column: str) -> int:
    text = line[column]
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 99):
        raise BadCell(column, f"{text!r} is no share of the limit.", "Write 1 to 99, like 75.")
    return int(text)
