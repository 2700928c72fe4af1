"""报告模板: saved as versions; what can't be filled in is refused here, not at a month's end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from dispatch.indicators import definitions
from dispatch.indicators.terms import Key, Unit
from dispatch.reports import content
from dispatch.reports.content import Content
from dispatch.reports.models_reports import ReportTemplate
from dispatch.reports.telling import KIND_NAMES
from dispatch.reports.terms import ReportKind
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType

PACKAGED = Path(__file__).parents[1] / "data" / "reports"
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEYS = {
    Unit.TICKET: (Key.DAY, Key.DISTRICT, Key.MATTER),
    Unit.ORDER: (Key.DAY, Key.DEPARTMENT, Key.DISTRICT, Key.MATTER),
    Unit.CALL: (Key.DAY, Key.HOUR),
    Unit.SEAT: (Key.DAY, Key.DISTRICT),
}


@dataclass(frozen=True)
class Wanted:
    """A template as somebody wrote it: `code` names it through all its versions."""

    code: str
    kind: ReportKind
    name: str
    text: str


@cache
def known() -> frozenset[tuple[str, Key]]:
    """Return every indicator with each key that it is told apart by."""
    told = ((one.code, one.unit) for one in definitions.packaged())
    return frozenset((code, key) for code, unit in told for key in _KEYS[unit])


def read(text: str) -> Content:
    """Return what a template's text says; raise Invalid with its line and the reason."""
    return content.read(text, known())


def save(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> ReportTemplate:
    """Keep the text as the newest version; raise Invalid for one that can't be filled in.

    Raises Conflict for another kind than its versions before: schedules go by it.

    Reports that were made by an older version keep theirs.
    """
    if not _CODE.fullmatch(wanted.code) or not wanted.name.strip():
        raise Invalid(
            "A template has a name, and a code of small letters, digits and hyphens.",
            remedy="Give both.",
        )
    read(wanted.text)
    events.append(
        session,
        EventType.REPORT_TEMPLATE_SAVED,
        chain=f"report-template:{wanted.code}",
        actor=str(actor),
        now=now,
        kind=wanted.kind.value,
    )
    return _added(session, wanted, str(actor), now)


def _added(session: Session, wanted: Wanted, by: str, now: datetime) -> ReportTemplate:
    """Add the version; the event's chain, which is held, lets nobody else count meanwhile."""
    last = next(iter(versions(session, wanted.code, limit=1)), None)
    if last and last.kind != wanted.kind:
        raise Conflict(
            "The template is of another kind since its first version.",
            remedy="Save it by another code.",
        )
    row = ReportTemplate(
        code=wanted.code,
        number=(last.number if last else 0) + 1,
        kind=wanted.kind,
        name=wanted.name.strip(),
        text=wanted.text,
        saved_by=by,
        saved_at=now,
    )
    session.add(row)
    session.flush()
    return row


def ensure_packaged(session: Session, *, now: datetime) -> None:
    """Save the packaged templates of which there is no version yet."""
    have = set(session.exec(select(ReportTemplate.code)))
    for kind in ReportKind:
        if kind.value not in have:
            wanted = Wanted(kind.value, kind, f"{KIND_NAMES[kind]}（系统自带）", packaged(kind))
            save(session, wanted, actor=MACHINE, now=now)


def packaged(kind: ReportKind) -> str:
    """Return the text of the packaged template of the kind."""
    return (PACKAGED / f"{kind}.txt").read_text(encoding="utf-8")


def newest(session: Session, code: str) -> ReportTemplate:
    """Return the newest version of the template; raise NotFound."""
    mine = select(ReportTemplate).where(ReportTemplate.code == code)
    found = session.exec(mine.order_by(col(ReportTemplate.number).desc()).limit(1)).first()
    if found is None:
        raise NotFound(f"There is no report template {code!r}.", remedy="Take one of the list.")
    return found


def versions(
    session: Session, code: str, *, before: int = 0, limit: int = 50
) -> Sequence[ReportTemplate]:
    """Return the template's versions, the newest first; `before` is the last number seen."""
    mine = select(ReportTemplate).where(ReportTemplate.code == code)
    if before:
        mine = mine.where(col(ReportTemplate.number) < before)
    return session.exec(mine.order_by(col(ReportTemplate.number).desc()).limit(limit)).all()


def listed(session: Session, *, after: str = "", limit: int = 50) -> Sequence[ReportTemplate]:
    """Return the newest version of every template, by code; `after` is the last code seen."""
    asked = select(ReportTemplate).ext(distinct_on(col(ReportTemplate.code)))
    if after:
        asked = asked.where(col(ReportTemplate.code) > after)
    order = (col(ReportTemplate.code), col(ReportTemplate.number).desc())
    return session.exec(asked.order_by(*order).limit(limit)).all()
