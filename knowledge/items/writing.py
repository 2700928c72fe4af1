"""撰写: a new item, or the next version of one; what is published stays as it is meanwhile."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.errors import Conflict
from hotline.core.events import EventType
from knowledge import lives, stored
from knowledge.articles.states import TextStatus
from knowledge.checks import Known
from knowledge.items import finding, life
from knowledge.items.checks import ItemKey, check
from knowledge.items.content import Content, columns
from knowledge.items.models_items import ItemVersion, ServiceItem


def create(
    session: Session, key: ItemKey, content: Content, *, actor: Actor, now: datetime
) -> ServiceItem:
    """Return a new item whose first version is this draft; raise Invalid for what can't stand.

    Raises Conflict where the code has an item at this level already.
    """
    check(key, content, known(session))
    item = added(session, key, by=str(actor), now=now)
    _begin(session, item, content, actor=actor, now=now)
    return item


def write(
    session: Session, item: ServiceItem, content: Content, *, actor: Actor, now: datetime
) -> ItemVersion:
    """Change the draft, or begin the next version; an item so written is the site's own.

    Raises Conflict while the next version waits for somebody's judgement.
    """
    check(finding.key_of(item), content, known(session))
    item.seed = ""
    row = finding.under_way(session, item)
    if row is None:
        return _begin(session, item, content, actor=actor, now=now)
    lives.redraft(row, by=actor, now=now, name=f"version of {finding.key_of(item)}")
    row.sqlmodel_update(columns(content))
    session.add(row)
    life.tell(session, item, EventType.ITEM_DRAFTED, row, actor=actor, now=now)
    return row


def added(session: Session, key: ItemKey, *, by: str, now: datetime) -> ServiceItem:
    """Return a new item without any version yet; raise Conflict where there is one.

    One that somebody else makes at this moment is waited for.
    """
    new = ServiceItem(
        code=key.code, district_code=key.district, created_at=now, created_by=by, version=0
    )
    added = insert(ServiceItem).values(new.model_dump(exclude={"id"})).on_conflict_do_nothing()
    item = session.scalars(added.returning(ServiceItem)).first()
    if item is None:
        raise Conflict(f"There is an item {key} already.", remedy="Write its next version.")
    return item


def known(session: Session) -> Known:
    """Return the codes that an item may name."""
    directory = stored.current(session)
    return Known(
        districts=frozenset(directory.districts),
        departments=frozenset(directory.departments),
        matters=frozenset(directory.matters),
    )


def _begin(
    session: Session, item: ServiceItem, content: Content, *, actor: Actor, now: datetime
) -> ItemVersion:
    row = ItemVersion(
        item_id=item.id or 0,
        number=finding.last_number(session, item) + 1,
        status=TextStatus.DRAFT,
        drafted_at=now,
        drafted_by=str(actor),
        **columns(content),
    )
    session.add(row)
    life.tell(session, item, EventType.ITEM_DRAFTED, row, actor=actor, now=now)
    return row
