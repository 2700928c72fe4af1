"""`import calendar` and `import policies`: the rules by which every clock is counted."""

import logging
from pathlib import Path

import structlog

from hotline.core.clock import beijing

CALENDAR, POLICIES = "calendar", "policies"
KINDS = (CALENDAR, POLICIES)
_SHOWN = 20


def import_rules(kind: str, file: Path, *, preview: bool, note: str = "") -> None:
    """Take in a file of rules, or say what it would change."""
    if kind == CALENDAR:
        (_preview_calendar if preview else _import_calendar)(file, note)
    else:
        (_preview_policies if preview else _import_policies)(file, note)


def _preview_calendar(file: Path, _note: str) -> None:
    from dispatch.rules import calendar_imports, calendar_preview
    from dispatch.rules.holiday_notices import read_days
    from hotline.core.db import transaction

    days = read_days(file)
    with transaction() as session:
        changed = calendar_imports.changes(session, days)
        found = calendar_preview.preview(session, days, most=_SHOWN)
    print(f"{len(days)} days, {len(changed)} of them said anew")
    print(f"{found.moved} open clocks would move, of {found.touched} that these days can touch")
    for move in found.moves:
        before, after = beijing(move.due_before), beijing(move.due_after)
        print(f"  {move.ticket} {move.kind:<14} {before:%Y-%m-%d %H:%M} → {after:%Y-%m-%d %H:%M}")
    if found.moved > len(found.moves):
        print(f"  … and {found.moved - len(found.moves)} more")


def _import_calendar(file: Path, note: str) -> None:
    from dispatch.rules import calendar_imports, reckon_all
    from dispatch.rules.calendar_imports import File
    from dispatch.rules.holiday_notices import parse_days
    from dispatch.rules.sheet import text_of
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    _only_warnings()
    text = text_of(file)
    notice = File.of(file.name, text, parse_days(str(file), text), note)
    with transaction() as session:
        version = calendar_imports.take_in(session, notice, actor=MACHINE, now=now())
    if version is None:
        print("Every day of the file is known already; nothing was done.")
        return
    print(f"version {version.id}: {len(notice.days)} days; reckoning the open clocks …", flush=True)
    while reckon_all.next_batch():
        pass
    with transaction() as session:
        state = reckon_all.state_of(session, version.id or 0)
    left = "" if state.finished_at else "; others are in use and follow within minutes"
    print(f"{state.moved} clocks moved, of {state.reckoned} reckoned{left}")


def _import_policies(file: Path, note: str) -> None:
    from dispatch.rules import policy_imports
    from dispatch.rules.policies import read_policies
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    rows = read_policies(file)
    with transaction() as session:
        done = policy_imports.take_in(session, file.name, rows, actor=MACHINE, now=now(), note=note)
    for each in done:
        what = f"version {each.version}" if each.version else "known already"
        chosen = "" if each.in_force else "; HOTLINE_POLICY_PROFILE names another one"
        print(f"{each.profile}: {each.rows} rows, {what}{chosen}")


def _preview_policies(file: Path, _note: str) -> None:
    from dispatch.rules import policy_preview
    from dispatch.rules.policies import read_policies
    from hotline.core.clock import beijing_day, now
    from hotline.core.db import transaction

    with transaction() as session:
        found = policy_preview.preview(session, read_policies(file), today=beijing_day(now()))
    for each in found:
        chosen = "" if each.in_force else "; HOTLINE_POLICY_PROFILE names another one"
        print(f"{each.profile}: {each.rows} rows{chosen}")
        for change in each.changes:
            was, will = (
                " ".join(filter(None, policy_preview.terms(row))) or "no limit"
                for row in (change.before, change.after)
            )
            print(f"  from {change.day}: {change.cells}: {was} → {will}")
        for gap in each.gaps:
            print(f"  refused: no {gap}")


def _only_warnings() -> None:
    """Leave out the line that each moved clock is worth in a server's log."""
    level = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=level)
