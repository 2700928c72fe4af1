"""How calendars and limits are shown."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.rules import calendar_imports, calendars, rules_stamp
from dispatch.rules.calendar_imports import DayChange
from dispatch.rules.calendar_preview import Preview
from dispatch.rules.missing_notices import states
from dispatch.rules.models_rules import CalendarReckoning, CalendarVersion
from dispatch.rules.policies import Policy
from dispatch.rules.policy_cells import Cells
from dispatch.rules.policy_preview import ProfilePreview
from dispatch.timing import clocks
from hotline.api.clock_views import explained
from hotline.api.schemas_rules import (
    CalendarsOut,
    CellChangeOut,
    ClockExplained,
    ClocksOut,
    DayOut,
    GapOut,
    LayerOut,
    LimitOut,
    LimitsPreviewOut,
    MoveOut,
    PreviewOut,
    ProfilePreviewOut,
    TermsOut,
    VersionOut,
)
from hotline.core.clock import beijing_day, now

MOST_VERSIONS = 50


def calendars_out(session: Session, district: str) -> CalendarsOut:
    """Return the layers of a district and the newest notices."""
    found = states(calendars.current(session, district), beijing_day(now()))
    taken = calendar_imports.versions(session, most=MOST_VERSIONS)
    return CalendarsOut(
        version=rules_stamp.current(session).calendar,
        district=district,
        layers=[LayerOut.model_validate(each) for each in found],
        versions=[version_out(*each) for each in taken],
    )


def version_out(version: CalendarVersion, state: CalendarReckoning) -> VersionOut:
    """Return a version with how far the clocks were reckoned by it."""
    return VersionOut(
        version=version.id or 0,
        **version.model_dump(include={"file", "digest", "note", "at", "by"}),
        **state.model_dump(include={"reckoned", "moved", "finished_at"}),
    )


def preview_out(changed: list[DayChange], found: Preview, seen: Collection[str]) -> PreviewOut:
    """Return what a notice would change."""
    return PreviewOut(
        days=[_day(each) for each in changed],
        touched=found.touched,
        moved=found.moved,
        moves=[MoveOut.model_validate(each) for each in found.moves if each.ticket in seen],
    )


def limit_out(policy: Policy) -> LimitOut:
    """Return one row of a profile."""
    named = Cells(policy.kind, policy.request_type, policy.urgency, policy.time_class)
    return LimitOut(
        **_cells(named),
        **_terms(policy).model_dump(),
        since=policy.since,
        until=policy.until,
        source=policy.source,
    )


def limits_preview_out(found: Sequence[ProfilePreview]) -> LimitsPreviewOut:
    """Return what a file of limits would change."""
    return LimitsPreviewOut(profiles=[_profile(each) for each in found])


def clocks_out(session: Session, ticket: Ticket) -> ClocksOut:
    """Return the clocks of a ticket and its orders, each with why it is due when it is."""
    found = clocks.of_ticket(session, ticket)
    return ClocksOut(items=explained(session, ticket, found, ClockExplained))


def _profile(found: ProfilePreview) -> ProfilePreviewOut:
    changed = [
        CellChangeOut(
            **_cells(each.cells),
            day=each.day,
            before=_terms(each.before) if each.before else None,
            after=_terms(each.after) if each.after else None,
        )
        for each in found.changes
    ]
    missing = [
        GapOut(**_cells(each.cells), day=each.day, starts_at=each.starts_at) for each in found.gaps
    ]
    return ProfilePreviewOut(
        profile=found.profile,
        rows=found.rows,
        in_force=found.in_force,
        changes=changed,
        gaps=missing,
    )


def _cells(cells: Cells) -> dict[str, Any]:
    return {
        "clock": cells.kind,
        "clock_name": cells.kind.label,
        "request_type": cells.request_type,
        "urgency": cells.urgency,
        "time_class": cells.time_class,
    }


def _terms(policy: Policy) -> TermsOut:
    return TermsOut(
        limit=str(policy.limit),
        starts_at=policy.starts_at,
        moves_off_days=policy.limit.moves_off_days,
        pauses=policy.pauses,
        ends_at=policy.ends_at,
        calendar=policy.calendar,
        warning_percent=policy.warning_percent,
    )


def _day(change: DayChange) -> DayOut:
    after = change.after
    return DayOut(
        layer=after.layer,
        date=after.date,
        kind_before=change.before.kind if change.before else "",
        kind=after.kind,
        name=after.name,
        notice=after.source.notice,
    )
