"""日历 in force: the packaged layers with the imported notices over them, kept for each version."""

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.rules import rules_stamp
from dispatch.rules.bounds import PLAIN, Bounds, Scope
from dispatch.rules.holiday_notices import calendar_with
from dispatch.rules.layers import NATIONAL, Calendar, Day, DayKind, Source, ending
from dispatch.rules.models_rules import CalendarDay

_OF_ORDER = "order:"
_MOST_KEPT = 256
_calendars: dict[tuple[Engine, int, str, str], Calendar] = {}
_days: dict[tuple[Engine, int], tuple[Day, ...]] = {}


def current(session: Session, district: str, unit: str = "") -> Calendar:
    """Return the calendar of a district, and of one unit's own layer in it, as it stands now.

    Raises BadCalendar for a district outside the known layers.
    """
    return as_of(session, district, unit, version=rules_stamp.current(session).calendar)


def of_subject(
    session: Session,
    ticket: Ticket,
    subject: str,
    bounds: Bounds = PLAIN,
    *,
    version: int | None = None,
) -> Calendar:
    """Return the calendar that a clock of this subject goes by, as its limit says.

    An order's has its unit's layer. With `version` it is the calendar of that time.
    """
    if version is None:
        version = rules_stamp.current(session).calendar
    unit = ""
    if subject.startswith(_OF_ORDER) and _has_units(session, version):
        number = subject.removeprefix(_OF_ORDER)
        found = select(WorkOrder.department).where(WorkOrder.number == number)
        unit = session.exec(found).first() or ""
    return bounded(session, ticket.district, unit, bounds, version=version)


def of_clock(
    session: Session, ticket: Ticket, clock: Clock, *, version: int | None = None
) -> Calendar:
    """Return the calendar that this clock of the ticket goes by."""
    return of_subject(session, ticket, clock.subject, clock, version=version)


def bounded(
    session: Session, district: str, unit: str, bounds: Bounds, *, version: int
) -> Calendar:
    """Return the calendar of such a limit for this unit in this district, as of a version."""
    calendar = as_of(session, *reach(district, unit, bounds.calendar), version=version)
    return ending(calendar, bounds.ends_at)


def reach(district: str, unit: str, scope: str) -> tuple[str, str]:
    """Return the district and unit whose days off count in this scope."""
    if scope == Scope.NATIONAL:
        return NATIONAL, ""
    return (district, unit) if scope == Scope.UNIT else (district, "")


def as_of(session: Session, district: str, unit: str = "", *, version: int) -> Calendar:
    """Return the calendar as it stood when this version was the newest; 0 is the packaged one."""
    key = (_database(session), version, district, unit)
    found = _calendars.get(key)
    if found is None:
        days = days_until(session, version)
        found = calendar_with(district, days, unit=unit, version=version)
        if len(_calendars) >= _MOST_KEPT:
            _calendars.clear()
        _calendars[key] = found
    return found


def days_until(session: Session, version: int) -> tuple[Day, ...]:
    """Return every imported day up to this version, the older words first."""
    if not version:
        return ()
    key = (_database(session), version)
    if key not in _days:
        rows = session.exec(
            select(CalendarDay)
            .where(CalendarDay.version_id <= version)
            .order_by(col(CalendarDay.version_id), col(CalendarDay.layer), col(CalendarDay.day))
        ).all()
        if len(_days) >= _MOST_KEPT:
            _days.clear()
        _days[key] = tuple(map(day_of, rows))
    return _days[key]


def day_of(row: CalendarDay) -> Day:
    """Return a row as its layer's word on a date."""
    source = Source(row.notice, row.publisher, row.issued, row.found_at)
    return Day(row.layer, row.day, DayKind(row.kind), row.name, source)


def _has_units(session: Session, version: int) -> bool:
    return any("/" in day.layer for day in days_until(session, version))


def _database(session: Session) -> Engine:
    return session.get_bind().engine
