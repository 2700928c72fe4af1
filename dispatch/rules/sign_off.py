"""签发规则: which replies need a leader's signature before they are reviewed, from a file.

The default profile is a proposal (project default, [I]); a city edits a copy of the file, kept as
`sign_off.csv` in its data folder.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.rules.sheet import BadCell, Line, date_or_none, member_in, read_sheet
from dispatch.terms import RequestType, TimeClass
from hotline.core.clock import beijing_day
from hotline.core.settings import settings
from knowledge import lineage

SIGN_OFF = Path(__file__).parents[1] / "data" / "sign_off.csv"

_ANY = "*"
_COLUMNS = ("profile", "request_type", "time_class", "district", "since", "until", "source")


@dataclass(frozen=True, slots=True)
class SignOff:
    """Replies in these cases need a signature; None names all. `since` and `until` inclusive.

    `district` is a code; the rule holds in the districts below it too.
    """

    profile: str
    request_type: RequestType | None
    time_class: TimeClass | None
    district: str | None
    since: date | None
    until: date | None
    source: str


def required(session: Session, ticket: Ticket, *, now: datetime) -> bool:
    """Return whether a reply that is given now needs its leader's signature."""
    own = settings()
    return needs_signature(
        RequestType(ticket.request_type),
        TimeClass(ticket.time_class),
        lineage.upwards(session, ticket.district),
        now,
        profile=own.policy_profile,
        rules=site_rules(own.data_dir),
    )


def needs_signature(
    request_type: RequestType,
    time_class: TimeClass,
    districts: Collection[str],
    at: datetime,
    *,
    profile: str,
    rules: tuple[SignOff, ...],
) -> bool:
    """Return whether any rule in force names the case; `districts` are its own and those above."""
    day = beijing_day(at)
    return any(
        rule.profile == profile
        and rule.request_type in (None, request_type)
        and rule.time_class in (None, time_class)
        and (rule.district is None or rule.district in districts)
        and (rule.since or day) <= day <= (rule.until or day)
        for rule in rules
    )


def site_rules(folder: Path) -> tuple[SignOff, ...]:
    """Return the rows of the site's own file in this folder, of the packaged one without it."""
    own = folder / SIGN_OFF.name
    return load_sign_off(own if own.exists() else SIGN_OFF)


@cache
def load_sign_off(path: Path) -> tuple[SignOff, ...]:
    """Read every row of the file, once a process; BadSheet with an error per bad line."""
    return read_sheet(path, _COLUMNS, _read, key=_case)


def _case(row: SignOff) -> tuple[object, ...]:
    return row.profile, row.request_type, row.time_class, row.district, row.since


def _read(line: Line) -> SignOff:
    since, until = date_or_none(line, "since"), date_or_none(line, "until")
    if since and until and until < since:
        raise BadCell("until", f"{until} is before {since}.", "Give the last day in force.")
    if not line["profile"]:
        raise BadCell("profile", "The rule is of no profile.", "Name the profile.")
    if not line["source"]:
        raise BadCell("source", "The rule has no source.", "Name the document or decision.")
    if not line["district"]:
        raise BadCell("district", "The rule names no district.", "Write its code, or * for all.")
    return SignOff(
        line["profile"],
        None if line["request_type"] == _ANY else member_in(line, "request_type", RequestType),
        None if line["time_class"] == _ANY else member_in(line, "time_class", TimeClass),
        None if line["district"] == _ANY else line["district"],
        since,
        until,
        line["source"],
    )
