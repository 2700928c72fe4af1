"""校准: the same calls or tickets marked blind by several inspectors, and how far they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from dispatch.inspection import blindness, cards, notices, plans, telling
from dispatch.inspection.agreement import Agreement, agreement
from dispatch.inspection.models_inspection import Calibration, Inspection, ScoreCard
from dispatch.inspection.scoring import Card
from dispatch.inspection.states import DONE, Kind, State, Why
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType

MOST_ITEMS = 50


@dataclass(frozen=True)
class Wish:
    """`inspections` name the calls or tickets: each is one that was inspected or is to be."""

    title: str
    inspections: Sequence[int]
    inspectors: Sequence[str]
    due_days: int = 7


@dataclass(frozen=True)
class Result:
    """One criterion or fatal item: how far the inspectors agree on it."""

    code: str
    agreement: Agreement


def open_one(
    session: Session, wish: Wish, found: Sequence[Inspection], *, actor: Actor, now: datetime
) -> Calibration:
    """开始校准: give the work of `found` to each inspector, blind; raise Invalid.

    All are of one card; each inspector may see them all, has done none and marked none.
    """
    _require_sound(session, wish, found)
    row = _row(wish, found, actor, now)
    session.add(row)
    session.flush()
    days = timedelta(days=wish.due_days)
    made = [_sheet(row, each, name, now, days) for each in found for name in row.inspectors]
    session.add_all(made)
    session.flush()
    notices.given(session, made, now=now)
    _tell(session, row, EventType.INSPECTION_CALIBRATION_OPENED, actor, now)
    return row


def _row(wish: Wish, found: Sequence[Inspection], actor: Actor, now: datetime) -> Calibration:
    return Calibration(
        title=wish.title.strip(),
        kind=found[0].kind,
        card_id=found[0].card_id,
        inspectors=list(dict.fromkeys(wish.inspectors)),
        items=len(found),
        opened_at=now,
        opened_by=str(actor),
    )


def close(session: Session, row: Calibration, *, actor: Actor, now: datetime) -> Calibration:
    """结束校准: from now on the marks are seen; raise Conflict while somebody can still mark."""
    if row.closed_at:
        raise Conflict("The calibration is closed.", remedy="Open another one.")
    if awaited(session, row):
        raise Conflict("Somebody has not submitted yet.", remedy="Wait for them.")
    row.closed_at, row.version = now, row.version + 1
    session.add(row)
    _tell(session, row, EventType.INSPECTION_CALIBRATION_CLOSED, actor, now)
    return row


def awaited(session: Session, row: Calibration) -> set[str]:
    """Return who has not submitted everything and can: may still inspect, and see it."""
    left: dict[str, list[Inspection]] = {}
    for each in sheets(session, row):
        if each.state not in DONE:
            left.setdefault(each.inspector, []).append(each)
    return {name for name, works in left.items() if plans.seen(session, name, works)}


def results(session: Session, row: Calibration) -> list[Result]:
    """Return how far the inspectors agree, by criterion and fatal item; nothing until closed.

    Those alone who have marked each item that anybody has marked.
    """
    if row.closed_at is None:
        return []
    of_item: dict[str, dict[str, Inspection]] = {}
    for each in sheets(session, row):
        if each.state in DONE:
            of_item.setdefault(str(each.call_id or each.ticket_id), {})[each.inspector] = each
    whole = [name for name in row.inspectors if all(name in by for by in of_item.values())]
    rows = [[by[name] for name in whole] for by in of_item.values()]
    card = card_of(session, row)
    marked = [
        (item.code, [[each.marks[item.code] for each in line] for line in rows])
        for item in card.criteria
    ]
    fatal = [
        (item.code, [[str(item.code in each.fatal) for each in line] for line in rows])
        for item in card.fatal
    ]
    return [Result(code, agreement(marks)) for code, marks in (*marked, *fatal)]


def sheets(session: Session, row: Calibration) -> Sequence[Inspection]:
    """Return every inspector's sheets."""
    mine = select(Inspection).where(Inspection.calibration_id == row.id)
    return session.exec(mine.order_by(col(Inspection.id))).all()


def listed(session: Session) -> Sequence[Calibration]:
    """Return the newest calibrations."""
    newest = select(Calibration).order_by(col(Calibration.id).desc())
    return session.exec(newest.limit(100)).all()


def find(session: Session, calibration_id: int, *, lock: bool = False) -> Calibration:
    """Return the calibration; raise NotFound."""
    query = select(Calibration).where(Calibration.id == calibration_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(
            f"There is no calibration {calibration_id}.", remedy="Take one from the list."
        )
    return found


def card_of(session: Session, row: Calibration) -> Card:
    """Return the card by which it is marked."""
    return cards.card(session.get_one(ScoreCard, row.card_id))


def _sheet(
    row: Calibration, each: Inspection, inspector: str, now: datetime, span: timedelta
) -> Inspection:
    return Inspection(
        state=State.ASSIGNED,
        kind=Kind(each.kind),
        call_id=each.call_id,
        ticket_id=each.ticket_id,
        agent=each.agent,
        inspector=inspector,
        why=Why.CALIBRATION,
        calibration_id=row.id,
        card_id=row.card_id,
        assigned_at=now,
        due_at=now + span,
    )


def _require_sound(session: Session, wish: Wish, found: Sequence[Inspection]) -> None:
    if not wish.title.strip():
        raise Invalid("A calibration needs a title.", remedy="Name it.")
    if not 1 <= len(found) <= MOST_ITEMS or not 1 <= wish.due_days <= plans.MOST_DAYS:
        raise Invalid("There are too few or too many items.", remedy=f"1 to {MOST_ITEMS}.")
    plans.require_inspectors(session, wish.inspectors, least=2)
    if len({each.card_id for each in found}) > 1:
        raise Invalid("The items are of several cards.", remedy="Choose those of one card.")
    works = {(each.call_id, each.ticket_id) for each in found}
    if len(works) < len(found) or any(each.calibration_id for each in found):
        raise Invalid("An item is there twice.", remedy="Choose each once.")
    if any(each.agent in wish.inspectors for each in found):
        raise Invalid("An item is an inspector's own work.", remedy="Choose another.")
    if blindness.have_marked(session, found, wish.inspectors):
        raise Invalid("An inspector has marked an item.", remedy="Choose others.")
    if any(len(plans.seen(session, name, found)) < len(found) for name in wish.inspectors):
        raise Invalid("An inspector may not see an item.", remedy="Choose others.")


def _tell(session: Session, row: Calibration, type: EventType, actor: Actor, now: datetime) -> None:
    session.flush()
    chain = f"inspection_calibration:{row.id}"
    telling.tell(session, chain, type, actor=actor, now=now, calibration=row.id)
