"""疑似造假预警: raised once each, given an owner, decided by a person; within reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.models import WorkOrder
from dispatch.ratings import telling
from dispatch.ratings.alert_rules import Finding, Rule
from dispatch.ratings.models_ratings import RatingAlert
from dispatch.sealing import reach
from hotline.core import accounts, events, newest
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from hotline.core.security import Permission, may

SHOWN = 50


class Decision(StrEnum):
    """处置: what it was."""

    GAMED = "gamed"  # 属实
    HARMLESS = "harmless"  # 有正当原因
    UNCLEAR = "unclear"  # 无法查实


@dataclass(frozen=True)
class Wanted:
    still_open: bool = False
    rule: Rule | None = None
    owner: str = ""


def raise_all(session: Session, found: Iterable[Finding], *, now: datetime) -> int:
    """Keep each finding once, however often it is found; return how many are new."""
    new = 0
    for each in found:
        row = {
            "version": 1,
            "rule": each.rule,
            "about": each.about,
            "ticket_id": each.ticket_id,
            "department": each.department,
            "evidence": dict(each.evidence),
            "found_at": now,
            "owner": "",
            "decision": "",
            "decided_by": "",
        }
        kept = insert(RatingAlert).values(row).on_conflict_do_nothing()
        new += len(session.execute(kept.returning(col(RatingAlert.id))).all())
    return new


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    before: tuple[datetime, int] | None = None,
    limit: int = SHOWN,
) -> Sequence[RatingAlert]:
    """Return alerts, the newest first; `before` is the moment and id of the last one seen."""
    query = select(RatingAlert).where(seen(reader))
    if wanted.still_open:
        query = query.where(RatingAlert.decision == "")
    if wanted.rule:
        query = query.where(RatingAlert.rule == wanted.rule)
    if wanted.owner:
        query = query.where(RatingAlert.owner == wanted.owner)
    at, id = col(RatingAlert.found_at), col(RatingAlert.id)
    return newest.page(session, query, at, id, before=before, limit=limit)


def find(session: Session, alert_id: int, *, reader: Actor, lock: bool = False) -> RatingAlert:
    """Return the alert; raise NotFound, for one that the reader may not see too."""
    query = select(RatingAlert).where(RatingAlert.id == alert_id, seen(reader))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no rating alert {alert_id}.", remedy="Take one from the list.")
    return found


def assign(
    session: Session, alert: RatingAlert, owner: str, *, actor: Actor, now: datetime
) -> RatingAlert:
    """指定责任人: raise Invalid for who may not decide, Conflict once it is decided.

    Raises NotAllowed for whom the alert is about. Who is named by another is told.
    """
    _require_open(alert)
    if owner == alert.evidence.get("by"):
        raise NotAllowed("This alert is about them.", remedy="Name somebody else.")
    _require_decider(session, owner)
    alert.owner = owner
    alert.version += 1
    session.add(alert)
    if owner != actor.name:
        telling.owned(session, alert, now=now)
    return alert


def decide(
    session: Session, alert: RatingAlert, decision: Decision, *, actor: Actor, now: datetime
) -> RatingAlert:
    """处置: once; nothing of what it tells of is changed by it. Who it names does not decide."""
    _require_open(alert)
    if str(actor) == alert.evidence.get("by"):
        raise NotAllowed("This alert is about you.", remedy="Let somebody else decide.")
    alert.decision, alert.decided_at, alert.decided_by = decision, now, str(actor)
    alert.owner = alert.owner or actor.name
    alert.version += 1
    session.add(alert)
    events.append(
        session,
        EventType.RATING_ALERT_DECIDED,
        chain=f"rating_alert:{alert.id}",
        actor=str(actor),
        now=now,
        rule=alert.rule,
        judged=decision.value,
    )
    return alert


def shown(
    session: Session, found: Sequence[RatingAlert], *, reader: Actor
) -> dict[int, dict[str, Any]]:
    """Return each alert's evidence by its id, with the orders that the reader may see.

    The others are a number (`hidden`): whole departments are judged, readers see their own area.
    """
    named = {order for each in found for order in each.evidence.get("orders", ())}
    query = select(WorkOrder.number).where(col(WorkOrder.number).in_(named), reach.orders(reader))
    mine = set(session.exec(query).all()) if named else set()
    evidence = {}
    for each in found:
        facts = dict(each.evidence)
        orders = facts.get("orders", [])
        if left := [order for order in orders if order not in mine]:
            facts["orders"] = [order for order in orders if order in mine]
            facts["hidden"] = len(left)
        evidence[each.id or 0] = facts
    return evidence


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may see it: of a ticket, or of a whole department."""
    of_ticket = reach.of_ticket(reader, col(RatingAlert.ticket_id))
    orders = select(WorkOrder.id).where(
        WorkOrder.department == col(RatingAlert.department), reach.orders(reader)
    )
    whole = col(RatingAlert.ticket_id).is_(None)
    return or_(of_ticket, whole & or_(col(RatingAlert.department) == "", orders.exists()))


def _require_open(alert: RatingAlert) -> None:
    if alert.decision:
        raise Conflict("This alert is decided.", remedy="Read it again.")


def _require_decider(session: Session, name: str) -> None:
    account = accounts.find(session, name)
    if (
        account is None
        or account.disabled_at
        or not may(accounts.as_actor(account), Permission.RATING_DECIDE)
    ):
        raise Invalid(
            f"{name!r} may not decide on this alert.", remedy="Name a team lead or a supervisor."
        )
