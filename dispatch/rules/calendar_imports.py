"""放假通知 taken in: what it says anew, and a version of it that is never changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.rules import calendars, rules_stamp
from dispatch.rules.holiday_notices import packaged_days
from dispatch.rules.layers import Day
from dispatch.rules.models_rules import CalendarDay, CalendarReckoning, CalendarVersion
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.events import EventType
from hotline.core.queue import enqueue_after_commit

CHAIN = "rules:calendars"
GO_ON = "dispatch.rules.reckon_all.go_on"


@dataclass(frozen=True, slots=True)
class DayChange:
    """What a layer said of a date, None where nothing, and what it says now."""

    before: Day | None
    after: Day


@dataclass(frozen=True, slots=True)
class File:
    """A notice file: what it is called, what it says, and what whoever sends it remarks."""

    name: str
    days: tuple[Day, ...]
    digest: str
    note: str = ""

    @classmethod
    def of(cls, name: str, text: str, days: tuple[Day, ...], note: str = "") -> "File":
        """Return the file with the digest of its text."""
        return cls(name, days, hashlib.sha256(text.encode()).hexdigest(), note)


def changes(session: Session, days: Sequence[Day]) -> list[DayChange]:
    """Return each day that its layer does not say already, in this kind and by this notice."""
    imported = calendars.days_until(session, rules_stamp.current(session).calendar)
    said = {(day.layer, day.date): day for day in (*packaged_days(), *imported)}
    found = [DayChange(said.get((day.layer, day.date)), day) for day in days]
    return [each for each in found if each.before != each.after]


def take_in(session: Session, file: File, *, actor: Actor, now: datetime) -> CalendarVersion | None:
    """Make the file the newest version and have the clocks reckoned by it once this commits.

    Returns None, having done nothing, when every day of it is said already.
    """
    rules_stamp.change(session)
    if not changes(session, file.days):
        return None
    version = CalendarVersion(
        file=file.name, digest=file.digest, note=file.note, at=now, by=str(actor)
    )
    rules_stamp.change(session)
    session.add(version)
    session.flush()
    identity = version.id or 0
    session.add_all([_row(identity, day) for day in file.days])
    session.add(CalendarReckoning(version_id=identity))
    events.append(
        session,
        EventType.CALENDAR_LOADED,
        chain=CHAIN,
        actor=str(actor),
        now=now,
        version=identity,
        layers=sorted({day.layer for day in file.days}),
        days=len(file.days),
        years=sorted({day.date.year for day in file.days}),
    )
    enqueue_after_commit(session, GO_ON)
    return version


def versions(session: Session, *, most: int) -> Sequence[tuple[CalendarVersion, CalendarReckoning]]:
    """Return the newest versions, the newest first, with how far each has been reckoned."""
    return session.exec(
        select(CalendarVersion, CalendarReckoning)
        .join(CalendarReckoning, col(CalendarReckoning.version_id) == CalendarVersion.id)
        .order_by(col(CalendarVersion.id).desc())
        .limit(most)
    ).all()


def _row(version_id: int, day: Day) -> CalendarDay:
    return CalendarDay(
        version_id=version_id,
        layer=day.layer,
        day=day.date,
        kind=day.kind,
        name=day.name,
        notice=day.source.notice,
        publisher=day.source.publisher,
        issued=day.source.issued,
        found_at=day.source.found_at,
    )
