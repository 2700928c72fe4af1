"""How a version of an item moves on, by the articles' states; each step leaves one event.

Whoever wrote a version neither approves nor publishes it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict
from hotline.core.events import Audience, EventType, News
from knowledge import lives
from knowledge.articles.states import SHOWN, TextAction
from knowledge.items import finding
from knowledge.items.models_items import ItemVersion, ServiceItem

_A = TextAction
_TOLD: Mapping[TextAction, EventType] = {
    _A.SUBMIT: EventType.ITEM_SUBMITTED,
    _A.SEND_BACK: EventType.ITEM_SENT_BACK,
    _A.APPROVE: EventType.ITEM_APPROVED,
    _A.PUBLISH: EventType.ITEM_PUBLISHED,
    _A.EXPIRE: EventType.ITEM_EXPIRED,
}


def chain(item: ServiceItem) -> str:
    """Return the name of the item's chain of events."""
    return f"item:{finding.key_of(item)}"


def act(
    session: Session,
    item: ServiceItem,
    action: TextAction,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> ItemVersion:
    """Move the item's version on; return it.

    Raises Conflict when nothing of it can be acted on so, NotAllowed for an author who would judge
    their own words, Invalid without the reason that sending back and expiring need.
    """
    row = _acted_on(session, item, action, now)
    lives.require_allowed(row, action, reason, actor)
    if action is _A.PUBLISH:
        _give_way(session, item, row)
    lives.move(session, item, row, action, reason, actor=actor, now=now)
    tell(session, item, _TOLD[action], row, actor=actor, now=now)
    return row


def tell(
    session: Session,
    item: ServiceItem,
    type: EventType,
    row: ItemVersion,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Add what happened to the item's history, and count its version up."""
    item.version += 1
    session.add(item)
    session.flush()
    events.append_many(session, [news(item, type, row, actor=str(actor), now=now)])


def news(
    item: ServiceItem, type: EventType, row: ItemVersion, *, actor: str, now: datetime
) -> News:
    """Return what happened as an event that is still to be added."""
    refs = {
        "item": str(finding.key_of(item)),
        "text_version": row.number,
        "department": row.department_code,
    }
    return News(type, chain(item), actor, now, Audience.INTERNAL, refs)


def _acted_on(
    session: Session, item: ServiceItem, action: TextAction, now: datetime
) -> ItemVersion:
    if action is _A.EXPIRE:
        row = finding.at(session, item, on=beijing_day(now))
    else:
        row = finding.under_way(session, item)
    if row is None:
        raise Conflict(
            f"Item {finding.key_of(item)} has no version for {action}.",
            remedy="Load the item again.",
        )
    return row


def _give_way(session: Session, item: ServiceItem, row: ItemVersion) -> None:
    """Put aside what begins on the same day: the new version takes its place."""
    for each in finding.versions(session, item):
        if each.status in SHOWN and each.valid_from == row.valid_from:
            lives.put_aside(session, each)
    session.flush()  # one version begins on a day, at every moment
