"""时限规则 as a file again: what `parse_policies` reads, from the rows in force."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from dispatch.rules.policies import COLUMNS, Policy

_ANY = "*"


def text_of(policies: Sequence[Policy]) -> str:
    """Return the CSV text of the rows, heading first; reading it gives the same rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, policies))
    return out.getvalue()


def _cells(row: Policy) -> list[str]:
    return [
        row.profile,
        row.kind,
        row.request_type or _ANY,
        row.urgency or _ANY,
        row.time_class or _ANY,
        str(row.limit),
        row.starts_at,
        "yes" if row.limit.moves_off_days else "no",
        row.pauses,
        row.ends_at,
        row.calendar,
        str(row.warning_percent),
        _day(row.since),
        _day(row.until),
        row.source,
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
