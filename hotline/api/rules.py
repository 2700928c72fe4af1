"""日历与时限 over HTTP: what is in force, and what would change."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from dispatch import tickets
from dispatch.rules import (
    calendar_imports,
    calendar_preview,
    calendars,
    policy_imports,
    policy_preview,
    policy_rows,
    reckon_all,
    rules_stamp,
)
from dispatch.rules.calendar import due
from dispatch.rules.calendar_imports import File
from dispatch.rules.holiday_notices import parse_days
from dispatch.rules.limits import Limit, parse_limit
from dispatch.rules.policies import in_force, parse_policies
from dispatch.rules.rules_stamp import Stamp
from dispatch.sealing import reach
from hotline.api.fields import Code, Instant, Number
from hotline.api.rules_views import (
    calendars_out,
    clocks_out,
    limit_out,
    limits_preview_out,
    preview_out,
    version_out,
)
from hotline.api.schemas_rules import (
    CalendarIn,
    CalendarsOut,
    CalendarTaken,
    ClocksOut,
    DueOut,
    LimitsIn,
    LimitsOut,
    LimitsPreviewOut,
    LimitsTaken,
    PreviewOut,
    ProfileOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day, now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/rules", tags=["rules"], responses=READING)
of_tickets = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

# A trace has a line for each day: an answer of a few megabytes at most.
LONGEST_LIMIT = 2000

Reader = Annotated[Actor, Depends(permit(Permission.RULES_READ))]
Changer = Annotated[Actor, Depends(permit(Permission.RULES_CHANGE))]
TicketReader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]


@router.get("/calendars", operation_id="list_calendars", summary="Calendars in force (日历)")
def list_calendars(
    _actor: Reader, session: SessionDep, response: Response, district: Code | None = None
) -> CalendarsOut:
    """Return the layers of a district, the years they know and miss, and the notices taken in."""
    shown = calendars_out(session, district or settings().district)
    tag(response, shown.version)
    return shown


@router.post(
    "/calendars/preview", operation_id="preview_calendar", summary="Preview a notice (预演)"
)
def preview_calendar(actor: Changer, given: CalendarIn, session: SessionDep) -> PreviewOut:
    """Return which open clocks this notice would move, and to when; nothing is changed."""
    days = parse_days(given.file, given.text)
    changed = calendar_imports.changes(session, days)
    found = calendar_preview.preview(session, days)
    seen = reach.shown(session, actor, {each.ticket for each in found.moves})
    return preview_out(changed, found, seen)


@router.post(
    "/calendars",
    operation_id="import_calendar",
    summary="Take in a notice (导入放假通知)",
    response_model=CalendarTaken,
    responses=WRITING,
)
def import_calendar(actor: Changer, given: CalendarIn, write: Writing) -> Any:
    """Make the notice the newest version; the open clocks are reckoned by it from now on."""
    session = write.session
    return write.once(
        lambda: _take_in(session, given, actor),
        actor,
        given.model_dump_json(),
        again=as_kept,
        version=lambda: _locked(session).calendar,
    )


@router.get("/limits", operation_id="list_limits", summary="Limits in force (时限)")
def list_limits(
    _actor: Reader, session: SessionDep, response: Response, at: Instant | None = None
) -> LimitsOut:
    """Return the rows of the profile that are in force today, or on the day of `at`."""
    day = beijing_day(at or now())
    rows = [limit_out(row) for row in in_force(policy_rows.current(session), day)]
    version = rules_stamp.current(session).policies
    tag(response, version)
    profile = settings().policy_profile
    return LimitsOut(version=version, profile=profile, day=day, limits=rows)


@router.post(
    "/limits/preview", operation_id="preview_limits", summary="Preview limits (预演时限规则)"
)
def preview_limits(_actor: Changer, given: LimitsIn, session: SessionDep) -> LimitsPreviewOut:
    """Return which cells this file would change, and what it would leave without a limit."""
    rows = parse_policies(given.file, given.text)
    return limits_preview_out(policy_preview.preview(session, rows, today=beijing_day(now())))


@router.post(
    "/limits",
    operation_id="import_limits",
    summary="Take in limits (导入时限规则)",
    response_model=LimitsTaken,
    responses=WRITING,
)
def import_limits(actor: Changer, given: LimitsIn, write: Writing) -> Any:
    """Replace each profile of the file whole; running clocks keep the limit they began with."""
    rows, session = parse_policies(given.file, given.text), write.session

    def act() -> LimitsTaken:
        done = policy_imports.take_in(
            session, given.file, rows, actor=actor, now=now(), note=given.note
        )
        profiles = [ProfileOut.model_validate(each) for each in done]
        return LimitsTaken(version=_locked(session).policies, profiles=profiles)

    return write.once(
        act,
        actor,
        given.model_dump_json(),
        again=as_kept,
        version=lambda: _locked(session).policies,
    )


@router.get("/due", operation_id="reckon_due", summary="When a limit is due, and why (时限计算)")
def reckon_due(
    _actor: Reader,
    session: SessionDep,
    start: Instant,
    limit: Annotated[Code, Query(examples=["3wd"], description="2h, 7d, 4wh or 3wd.")],
    calendar: Annotated[Code, Query(examples=["540100"], description="A district's code.")],
) -> DueOut:
    """Return what `hotline due --json` prints, by the calendar in force."""
    found = due(start, _limit(limit), calendars.current(session, calendar))
    return DueOut.model_validate(found.as_json())


@of_tickets.get(
    "/{number}/clocks", operation_id="list_ticket_clocks", summary="A ticket's clocks (时限)"
)
def list_ticket_clocks(actor: TicketReader, number: Number, session: SessionDep) -> ClocksOut:
    """Return the clocks of a ticket and its orders, each with why it is due when it is."""
    return clocks_out(session, tickets.find(session, number, reader=actor))


def _take_in(session: Session, given: CalendarIn, actor: Actor) -> CalendarTaken:
    file = File.of(given.file, given.text, parse_days(given.file, given.text), given.note)
    version = calendar_imports.take_in(session, file, actor=actor, now=now())
    session.flush()
    newest = _locked(session).calendar
    if version is None:
        return CalendarTaken(version=newest, taken=None)
    state = reckon_all.state_of(session, version.id or 0)
    return CalendarTaken(version=newest, taken=version_out(version, state))


def _locked(session: Session) -> Stamp:
    """Return the newest versions; nobody else takes in another until the commit."""
    rules_stamp.change(session)
    return rules_stamp.current(session)


def _limit(text: str) -> Limit:
    limit = parse_limit(text)
    if limit.count > LONGEST_LIMIT:
        raise Invalid(
            f"A limit of {limit.count} is not reckoned here.",
            remedy=f"Ask for {LONGEST_LIMIT} at most.",
        )
    return limit
