"""Which reports are there for whom: as far as their figures reach, or because they went to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from dispatch.indicators import seeing
from dispatch.notices.staff_inbox import PERSON
from dispatch.reports.models_reports import Report, ReportFile, ReportReceipt, ReportRemark
from dispatch.reports.recipients import DEPARTMENT
from dispatch.reports.states import RECEIVED
from dispatch.reports.terms import Form, ReportKind, ReportState
from hotline.core.accounts import Actor
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import NotFound


@dataclass(frozen=True)
class Wanted:
    """Which reports a list asks for; an empty word is every one."""

    kind: ReportKind | None = None
    state: ReportState | None = None
    year: int = 0  # in which their days begin


def listed(
    session: Session, wanted: Wanted, *, reader: Actor, before: int = 0, limit: int = 50
) -> Sequence[Report]:
    """Return the reports, the newest first; `before` is the id of the last one seen."""
    asked = select(Report).where(_reached(reader)).options(_without_figures())
    if wanted.kind:
        asked = asked.where(Report.kind == wanted.kind)
    if wanted.state:
        asked = asked.where(Report.state == wanted.state)
    if wanted.year:
        days = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
        asked = asked.where(col(Report.since).between(*days))
    if before:
        asked = asked.where(col(Report.id) < before)
    return session.exec(asked.order_by(col(Report.id).desc()).limit(limit)).all()


def find(session: Session, report_id: int, *, reader: Actor, lock: bool = False) -> Report:
    """Return the report; raise NotFound, as for one that its reader may not see.

    Locked, to be changed, it is found by who reaches its figures: to whom it went reads it alone.
    """
    asked = select(Report).where(Report.id == report_id)
    asked = asked.where(_within(reader) if lock else _reached(reader))
    if lock:
        asked = asked.with_for_update()
    found = session.exec(asked.options(_without_figures())).first()
    if found is None:
        raise NotFound(f"There is no report {report_id}.", remedy="Take one of the list.")
    return found


def is_within(session: Session, report: Report, *, reader: Actor) -> bool:
    """Return whether its figures lie within the reader's reach, so that they may change it."""
    asked = select(Report.id).where(Report.id == report.id, _within(reader))
    return session.exec(asked).first() is not None


def _without_figures() -> Any:
    figures: Any = Report.figures
    return defer(figures)


def _reached(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that it is within the reader's reach, or was sent to them.

    A department reaches none so: it has those that went to it (`received`).
    """
    if reader.department:
        return false()
    mine = select(ReportReceipt.report_id).where(
        ReportReceipt.recipient == _name(reader), col(Report.state).in_(RECEIVED)
    )
    sent = mine.where(ReportReceipt.report_id == Report.id).exists()
    return or_(_within(reader), and_(_cleared(reader), sent))


def _within(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that its figures lie within the reader's area and clearance."""
    if reader.department:
        return false()
    area: ColumnElement[bool] = true()
    if reader.district:
        area = col(Report.district).in_(seeing.area(reader.district))
    return and_(_cleared(reader), area)


def _cleared(reader: Actor) -> ColumnElement[bool]:
    levels = [each for each in Confidentiality if each.within(reader.clearance)]
    return col(Report.clearance).in_(levels)


def _name(reader: Actor) -> str:
    """Return by what name a list holds the reader."""
    return f"{DEPARTMENT}{reader.department}" if reader.department else f"{PERSON}{reader.name}"


def received(
    session: Session, *, reader: Actor, before: int = 0, limit: int = 50
) -> Sequence[tuple[Report, ReportReceipt]]:
    """Return what went to the reader, or to their department, the newest first."""
    asked = (
        select(Report, ReportReceipt)
        .join(ReportReceipt, col(ReportReceipt.report_id) == Report.id)
        .where(ReportReceipt.recipient == _name(reader), col(Report.state).in_(RECEIVED))
        .where(_cleared(reader))
        .options(_without_figures())
    )
    if before:
        asked = asked.where(col(Report.id) < before)
    return session.exec(asked.order_by(col(Report.id).desc()).limit(limit)).all()


def open_file(
    session: Session, report: Report, form: Form, *, reader: Actor, now: datetime
) -> ReportFile:
    """Return the kept file; the receipt of who was sent it tells when it was opened first.

    Raises NotFound for a report that is not signed.
    """
    kept = session.get(ReportFile, (report.id, form.value))
    if kept is None:
        raise NotFound(
            "The report is not signed: it has no files yet.", remedy="Look at its draft."
        )
    receipt = session.get(ReportReceipt, (report.id, _name(reader)), with_for_update=True)
    if receipt and receipt.opened_at is None:
        receipt.opened_at, receipt.opened_by = now, reader.name
        session.add(receipt)
    return kept


def find_received(session: Session, report_id: int, *, reader: Actor) -> Report:
    """Return a report that went to the reader; raise NotFound for any other."""
    asked = (
        select(Report)
        .join(ReportReceipt, col(ReportReceipt.report_id) == Report.id)
        .where(Report.id == report_id, ReportReceipt.recipient == _name(reader))
        .where(col(Report.state).in_(RECEIVED), _cleared(reader))
    )
    found = session.exec(asked.options(_without_figures())).first()
    if found is None:
        raise NotFound(f"There is no report {report_id}.", remedy="Take one of the list.")
    return found


def files(session: Session, report: Report) -> Sequence[ReportFile]:
    """Return the kept files, without what is in them."""
    content: Any = ReportFile.content
    asked = select(ReportFile).where(ReportFile.report_id == report.id).options(defer(content))
    return session.exec(asked.order_by(col(ReportFile.form))).all()


def remarks(session: Session, report: Report) -> Sequence[ReportRemark]:
    """Return the remarks (研判), the oldest first."""
    asked = select(ReportRemark).where(ReportRemark.report_id == report.id)
    return session.exec(asked.order_by(col(ReportRemark.id))).all()


def receipts(
    session: Session, report: Report, *, after: str = "", limit: int = 50
) -> Sequence[ReportReceipt]:
    """Return whom it went to and when they opened it, by name; `after` is the last one seen."""
    asked = select(ReportReceipt).where(ReportReceipt.report_id == report.id)
    asked = asked.where(col(ReportReceipt.recipient) > after)
    return session.exec(asked.order_by(col(ReportReceipt.recipient)).limit(limit)).all()
