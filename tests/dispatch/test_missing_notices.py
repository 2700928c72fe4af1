"""From 1 November on, somebody is told that next year's notice is not there."""

from datetime import datetime

from sqlmodel import Session

from dispatch.rules import calendar_imports, calendars, missing_notices
from dispatch.rules.calendar_imports import File
from dispatch.rules.holiday_notices import parse_days
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import BEIJING, beijing_day
from hotline.core.events import Audience, EventType

HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"
LHASA = "540100"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def announce(session: Session, layer: str, year: int) -> None:
    sheet = HEADER + f"{layer},{year}-02-08,off,放假,通知,,,\n"
    file = File.of("n.csv", sheet, parse_days("n.csv", sheet))
    calendar_imports.take_in(session, file, actor=MACHINE, now=at("2026-11-10T09:00"))


def missing(session: Session, moment: datetime) -> dict[str, tuple[int, ...]]:
    found = missing_notices.states(calendars.current(session, LHASA), beijing_day(moment))
    return {state.code: state.missing for state in found if state.missing}


def test_nothing_is_missed_before_november(session: Session) -> None:
    assert missing(session, at("2026-10-31T23:59")) == {}
    assert not missing_notices.warn(session, LHASA, now=at("2026-10-31T23:59"))


def test_the_national_and_the_citys_own_notice_are_missed_from_november(session: Session) -> None:
    expected = {"000000": (2027,), LHASA: (2027,)}
    assert missing(session, at("2026-11-01T00:00")) == expected
    assert missing(session, at("2027-01-05T00:00")) == expected


def test_a_day_has_one_warning_and_the_next_day_another(session: Session) -> None:
    moments = ["2026-11-01T00:00", "2026-11-01T23:59", "2026-11-02T00:30"]
    warned = [missing_notices.warn(session, LHASA, now=at(moment)) for moment in moments]

    assert warned == [True, False, True]
    first, _ = events.history(session, missing_notices.CHAIN)
    assert (first.type, first.audience) == (EventType.CALENDAR_MISSING, Audience.INTERNAL)
    assert first.refs == {"year": 2027, "layers": ["000000", LHASA]}


def test_the_warnings_end_when_every_notice_is_there(session: Session) -> None:
    announce(session, "000000", 2027)
    assert missing(session, at("2026-11-20T00:00")) == {LHASA: (2027,)}
    assert missing_notices.warn(session, LHASA, now=at("2026-11-20T00:00"))

    announce(session, LHASA, 2027)
    assert not missing_notices.warn(session, LHASA, now=at("2026-11-21T00:00"))
