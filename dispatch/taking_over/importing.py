"""导入他系统工单: all of a file's tickets, or an error for every bad line and nothing.

A file is checked whole before anything of it is written. Its lines are read twice and never held
together: only their numbers are.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from dispatch.callback import polite
from dispatch.callback.polite import PoliteHours
from dispatch.rules import calendars, policy_rows, rules_stamp
from dispatch.rules.bounds import PLAIN, Bounds
from dispatch.rules.layers import Calendar
from dispatch.rules.sheet import BadCell
from dispatch.taking_over import import_clocks, import_writing
from dispatch.taking_over.import_lines import ImportedStatus, OldTicket, reading_of
from dispatch.taking_over.import_mapping import ColumnMapping, Field
from dispatch.taking_over.import_reading import OldLine, OldSheet, Report, read
from dispatch.taking_over.import_rows import Ready
from hotline.core.accounts import Actor
from hotline.core.clock import beijing, beijing_day
from hotline.core.errors import HotlineError
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from hotline.core.settings import settings
from knowledge import stored

BATCH = 500

Know = Callable[[Sequence[PhoneNumber | None]], list[Person]]
Progress = Callable[[int], None]

# 12350 guards the rules: a second import waits, and finds what the first one took in.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(12351)")
_KNOWN = text("SELECT number, origin FROM ticket WHERE number = ANY(:numbers)")
_CONTENTS = text(
    "SELECT refs->>'ticket' AS ticket, refs->>'content' AS content "
    "FROM event WHERE chain = ANY(:chains) AND seq = 1"
)


def check(
    session: Session, path: Path, mapping: ColumnMapping, *, now: datetime, progress: Progress
) -> Report:
    """Return what taking the file in would do, and do nothing; raise BadImport or UnreadFile."""
    sheet = OldSheet(path, reading_of(mapping, stored.current(session), now=now))
    for _ in _ready(session, sheet, progress):
        pass
    return sheet.report()


def take_in(
    session: Session,
    path: Path,
    mapping: ColumnMapping,
    know: Know,
    *,
    actor: Actor,
    now: datetime,
    progress: Progress,
) -> Report:
    """Take in the file's tickets that are not here yet; raise BadImport, and nothing was taken.

    `know` puts people into the vault. `check` it first: who finds a bad line here has written.
    """
    session.execute(_ONE_AT_A_TIME)
    sheet = OldSheet(path, reading_of(mapping, stored.current(session), now=now))
    for batch in _ready(session, sheet, progress):
        if batch and not sheet.bad.count:
            people = know([each.old.caller for each in batch])
            origin = mapping.origin
            import_writing.write(session, batch, people, origin=origin, actor=actor, now=now)
    return sheet.report()


def _ready(session: Session, sheet: OldSheet, progress: Progress) -> Iterator[list[Ready]]:
    """Yield the file's new tickets, some hundred at a time, and note everything else."""
    lines = read(sheet)
    done = 0
    while batch := list(islice(lines, BATCH)):
        yield _new(session, sheet, [line for line in batch if line])
        done += len(batch)
        progress(done)


def _new(session: Session, sheet: OldSheet, lines: list[OldLine]) -> list[Ready]:
    """Return the lines whose tickets are not here yet, with their clocks."""
    known = _known(session, [line.old.number for line in lines])
    found = []
    for line in lines:
        try:
            if line.old.number in known:
                _require_same(sheet, line, *known[line.old.number])
                sheet.unchanged += 1
            else:
                found.append(_with_clocks(session, sheet, line))
        except BadCell as wrong:
            sheet.refuse(line.row, wrong)
    sheet.added += len(found)
    return found


def _known(session: Session, numbers: list[str]) -> dict[str, tuple[str, str | None]]:
    """Return the origin of each ticket that is here, and the digest of the line it came from."""
    origins = {row.number: row.origin for row in session.execute(_KNOWN, {"numbers": numbers})}
    if not origins:
        return {}
    chains = {"chains": [f"ticket:{number}" for number in origins]}
    contents = {row.ticket: row.content for row in session.execute(_CONTENTS, chains)}
    return {number: (origin, contents.get(number)) for number, origin in origins.items()}


def _require_same(sheet: OldSheet, line: OldLine, origin: str, before: str | None) -> None:
    if origin != sheet.reading.mapping.origin:
        raise sheet.wrong_number(
            "A ticket of another origin has this number.", "Put letters before theirs."
        )
    if before not in (line.content, *line.earlier):
        raise sheet.wrong_number(
            "This ticket was imported with other contents.",
            "Leave the line out: an import changes no ticket that is here.",
        )


def _with_clocks(session: Session, sheet: OldSheet, line: OldLine) -> Ready:
    old, content = line.old, line.content
    if old.status is ImportedStatus.CLOSED:
        return Ready(old, content, [], None)
    now = sheet.reading.now
    try:
        calendar = _calendar(session, old)
    except HotlineError as error:
        column = sheet.reading.mapping.called(Field.DISTRICT)
        raise BadCell(column, error.detail, error.remedy) from error
    rows = policy_rows.current(session)
    made = import_clocks.rebuild(old, lambda policy: _calendar(session, old, policy), rows, now=now)
    ours = import_clocks.leading(old, made)
    if old.due_at and ours and _differ(old.due_at, ours.due_at):
        sheet.differing.add(
            f"{sheet.path.name}, row {line.row}: due {beijing(ours.due_at):%Y-%m-%d %H:%M} by our "
            f"limits, {beijing(old.due_at):%Y-%m-%d %H:%M} by theirs"
        )
    at = None
    if old.status is ImportedStatus.AWAITING_CALLBACK:
        at = polite.first_moment(_hours(), calendar, now=now)
    return Ready(old, content, made, at)


def _calendar(session: Session, old: OldTicket, bounds: Bounds = PLAIN) -> Calendar:
    """Return the calendar of the ticket's clocks: an order's has its unit's layer."""
    version = rules_stamp.current(session).calendar
    layers = (day.layer for day in calendars.days_until(session, version))
    unit = old.share.department if old.share and any("/" in layer for layer in layers) else ""
    return calendars.bounded(session, old.district, unit, bounds, version=version)


def _differ(theirs: datetime, ours: datetime) -> bool:
    """Return whether two due times differ by a day, or by a minute where both say the hour."""
    if beijing_day(theirs) != beijing_day(ours):
        return True
    whole_day = beijing(theirs).hour == beijing(theirs).minute == 0
    return not whole_day and abs((theirs - ours).total_seconds()) >= 60


def _hours() -> PoliteHours:
    own = settings()
    return PoliteHours.parse(own.callback_hours, own.callback_hours_off)
