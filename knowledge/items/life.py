"""How a version of an item moves on, by the articles' states; each step leaves one event.

Whoever wrote a version neither approves nor publishes it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import Audience, EventType, News
from hotline.core.privacy import mask_text
from knowledge.articles import changes
from knowledge.articles.life import NEED_A_REASON
from knowledge.articles.states import SHOWN, TextAction, TextStatus, advance_text
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
_BY_ANOTHER = frozenset({_A.APPROVE, _A.PUBLISH})


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
    _require_allowed(row, action, reason, actor)
    after = advance_text(TextStatus(row.status), action)
    if action is _A.PUBLISH:
        _give_way(session, item, row)
    row.status, row.note = after, mask_text(reason.strip())
    _mark(row, action, str(actor), now)
    if action in (_A.PUBLISH, _A.EXPIRE):
        item.changed = changes.take(session)
    if action is _A.EXPIRE:
        item.seed = ""  # a newer package does not bring back what the site has ended
    session.add(row)
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


def _require_allowed(row: ItemVersion, action: TextAction, reason: str, actor: Actor) -> None:
    if action in _BY_ANOTHER and row.drafted_by == str(actor):
        raise NotAllowed(
            "Nobody judges their own words.", remedy="Ask another editor or a supervisor."
        )
    if action in NEED_A_REASON and not reason.strip():
        raise Invalid("There is no reason.", remedy="Write why, for whoever reads it next.")


def _give_way(session: Session, item: ServiceItem, row: ItemVersion) -> None:
    """Put aside what begins on the same day: the new version takes its place."""
    for each in finding.versions(session, item):
        if each.status in SHOWN and each.valid_from == row.valid_from:
            each.status = advance_text(TextStatus(each.status), TextAction.REPLACE)
            session.add(each)
    session.flush()  # one version begins on a day, at every moment


def _mark(row: ItemVersion, action: TextAction, by: str, at: datetime) -> None:
    if action is _A.APPROVE:
        row.reviewed_by, row.reviewed_at = by, at
    elif action is _A.SEND_BACK:
        row.reviewed_by, row.reviewed_at = "", None
    elif action is _A.PUBLISH:
        row.published_by, row.published_at = by, at
    elif action is _A.EXPIRE:
        row.expired_by, row.expired_at = by, at
