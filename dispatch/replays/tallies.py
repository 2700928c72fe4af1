"""推演的结果: counted by department, place, matter and level, added batch by batch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlalchemy import text
from sqlmodel import Session, col

from dispatch.replays.changes import hash_of
from dispatch.replays.comparing import Sort
from dispatch.replays.models_replays import Replay, ReplayFinding, ReplayTally

Key = tuple[str, str, str, str, str]  # measure, department, district, matter, confidentiality
KEYS = ("measure", "department", "district", "matter", "confidentiality")
COUNTS = (
    *("of_before", "some_before", "of_after", "some_after"),
    *("gained", "lost", "reproduced", "differs"),
)
_FOUND = (
    *("measure", "sort", "thing_id", "ticket_id", "department", "matter", "why"),
    *("due_before", "due_after", "was", "becomes"),
)


def _into(table: str, columns: Sequence[str]) -> str:
    """Return the statement that takes rows in as one JSON: thousands of them in one parameter."""
    named = ", ".join(columns)
    rows = f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"
    return f"INSERT INTO {table} ({named}) SELECT {named} FROM {rows}"  # noqa: S608  # names of ours


_SUMS = ", ".join(f"{each} = replay_tally.{each} + excluded.{each}" for each in COUNTS)
_ADD = text(
    f"{_into('replay_tally', ('replay_id', *KEYS, *COUNTS))} "
    f"ON CONFLICT (replay_id, {', '.join(KEYS)}) DO UPDATE SET {_SUMS}"
)
_KEEP = text(_into("replay_finding", ("replay_id", *_FOUND)))


@dataclass
class Found:
    """What a batch found."""

    counts: dict[Key, dict[str, int]] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def add(self, key: Key, **counts: int) -> None:
        """Add to a tally."""
        kept = self.counts.setdefault(key, dict.fromkeys(COUNTS, 0))
        for name, count in counts.items():
            kept[name] += count

    def compare(self, key: Key, before: int | None, after: int | None, sort: Sort | None) -> None:
        """Count one thing on both sides; what is judged on neither counts nowhere."""
        self.add(
            key,
            of_before=int(before is not None),
            some_before=before or 0,
            of_after=int(after is not None),
            some_after=after or 0,
            gained=int(sort is Sort.GAINED),
            lost=int(sort is Sort.LOST),
        )

    def find(self, **finding: Any) -> None:
        """Keep one order or ticket by itself."""
        self.findings.append({**dict.fromkeys(_FOUND, ""), **_NO_MOMENTS, **finding})


_NO_MOMENTS = {"due_before": None, "due_after": None}


def write(session: Session, replay: Replay, found: Found) -> None:
    """Add a batch to what the replay has found."""
    rows = [
        {"replay_id": replay.id, **dict(zip(KEYS, key, strict=True)), **counts}
        for key, counts in sorted(found.counts.items())
    ]
    session.execute(_ADD, {"rows": json.dumps(rows)})
    lines = [{"replay_id": replay.id, **each} for each in found.findings]
    session.execute(_KEEP, {"rows": json.dumps(lines, default=_moment)})


def _moment(value: datetime) -> str:
    return value.isoformat()


def hash_found(session: Session, replay: Replay) -> str:
    """Return the hash of all that was found; the same however it was divided into batches."""
    tally, finding = ReplayTally, ReplayFinding
    counted = columns(*(getattr(tally, each) for each in (*KEYS, *COUNTS)))
    counted = counted.where(col(tally.replay_id) == replay.id)
    listed = columns(*(getattr(finding, each) for each in _FOUND))
    listed = listed.where(col(finding.replay_id) == replay.id)
    told = {
        "tallies": sorted(list(row) for row in session.execute(counted)),
        "findings": sorted([str(each) for each in row] for row in session.execute(listed)),
    }
    return hash_of(told)
