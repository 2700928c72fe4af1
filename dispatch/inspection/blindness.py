"""盲评: who calibrates on a work sees no other sheet of it, and has marked none before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from dispatch.inspection.models_inspection import Calibration, Inspection, InspectionAppeal
from dispatch.inspection.states import DONE
from hotline.core.accounts import Actor


def seen_by(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that a sheet tells the reader nothing that an open calibration hides.

    A calibration's sheets are their inspectors' own until it is closed; what is unmarked by then
    is nobody's any more.
    """
    mine = col(Inspection.inspector) == reader.name
    closed = columns(col(Calibration.id)).where(
        col(Calibration.id) == col(Inspection.calibration_id),
        col(Calibration.closed_at).is_not(None),
    )
    marked = and_(closed.exists(), col(Inspection.state).in_(DONE))
    none = col(Inspection.calibration_id).is_(None)
    own = or_(none, marked, and_(~closed.exists(), mine))
    return and_(own, or_(mine, ~_calibrates(reader)))


def have_marked(
    session: Session, found: Sequence[Inspection], inspectors: Sequence[str]
) -> set[str]:
    """Return which of them inspect or inspected one of these works, or decided on its appeal."""
    works = or_(
        col(Inspection.call_id).in_([each.call_id for each in found if each.call_id]),
        col(Inspection.ticket_id).in_([each.ticket_id for each in found if each.ticket_id]),
    )
    marked = select(Inspection.inspector).where(works, col(Inspection.inspector).in_(inspectors))
    decided = (
        select(InspectionAppeal.decided_by)
        .join(Inspection, col(Inspection.id) == InspectionAppeal.inspection_id)
        .where(works, col(InspectionAppeal.decided_by).in_(inspectors))
    )
    return {*session.exec(marked), *session.exec(decided)}


def _calibrates(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader has a sheet of the same work in an open calibration."""
    sheet: Any = aliased(Inspection)
    running: Any = aliased(Calibration)
    same = or_(
        col(sheet.call_id) == col(Inspection.call_id),
        col(sheet.ticket_id) == col(Inspection.ticket_id),
    )
    found = columns(col(sheet.id)).join(running, col(running.id) == sheet.calibration_id)
    found = found.where(col(sheet.inspector) == reader.name, col(running.closed_at).is_(None), same)
    return found.correlate_except(sheet, running).exists()
