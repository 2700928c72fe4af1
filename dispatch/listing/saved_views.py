"""常用视图: lists that a person keeps by name; a team lead's may be everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete, func, or_, select

from dispatch.listing.models_listing import FirstView, SavedView
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.security import Permission, may, require

LONGEST_NAME = 30
MOST = 50  # of one person: a list of lists that fits a screen


@dataclass(frozen=True)
class Kept:
    """What is to be kept: a list by its filters, as an address writes them."""

    name: str
    query: str
    shared: bool = False


def save(session: Session, kept: Kept, *, actor: Actor, now: datetime) -> SavedView:
    """Keep the list, in the place of an own one of that name.

    Raises Invalid without a name, Conflict when there are many, NotAllowed to share one.
    """
    name = " ".join(kept.name.replace("\0", " ").split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A view's name has 1 to {LONGEST_NAME} characters.", remedy="Name it.")
    if kept.shared:
        require(actor, Permission.LIST_SHARE)
    if not _has(session, actor, name):
        _require_room(session, actor)
    told = {"query": kept.query, "shared": kept.shared, "saved_at": now}
    # Two windows of one person may save it at once: the later one stands.
    one = insert(SavedView).values(owner=str(actor), name=name, **told)
    one = one.on_conflict_do_update(index_elements=["owner", "name"], set_=told)
    saved = session.execute(one.returning(col(SavedView.id))).scalar_one()
    return session.get_one(SavedView, saved, populate_existing=True)


def find(session: Session, view_id: int, *, reader: Actor) -> SavedView:
    """Return a view of the reader's own or a shared one; raise NotFound."""
    found = session.exec(
        select(SavedView).where(SavedView.id == view_id, _is_seen_by(reader))
    ).first()
    if found is None:
        raise NotFound(f"There is no view {view_id}.", remedy="It may have been removed.")
    return found


def listed(session: Session, *, reader: Actor) -> Sequence[SavedView]:
    """Return the reader's own views and the shared ones, own ones first, by name."""
    own = col(SavedView.owner) == str(reader)
    found = select(SavedView).where(_is_seen_by(reader)).order_by(own.desc(), col(SavedView.name))
    return session.exec(found.limit(4 * MOST)).all()


def remove(session: Session, view_id: int, *, actor: Actor) -> None:
    """Forget a view: one's own, or a shared one for who may share; raise NotFound."""
    view = find(session, view_id, reader=actor)
    if view.owner != str(actor):
        require(actor, Permission.LIST_SHARE)
    session.delete(view)
    session.flush()


def begin_with(session: Session, view_id: int | None, *, actor: Actor) -> None:
    """默认视图: begin with this view from now on, or with the whole list; raise NotFound."""
    if view_id is None:
        session.execute(delete(FirstView).where(col(FirstView.owner) == str(actor)))
        return
    view = find(session, view_id, reader=actor)
    told = {"owner": str(actor), "view_id": view.id}
    first = insert(FirstView).values(told)
    session.execute(first.on_conflict_do_update(index_elements=["owner"], set_=told))


def first_of(session: Session, *, reader: Actor) -> SavedView | None:
    """Return the view that the reader begins with; None once it is shared no more."""
    first = select(FirstView.view_id).where(FirstView.owner == str(reader))
    return session.exec(
        select(SavedView).where(col(SavedView.id).in_(first), _is_seen_by(reader))
    ).first()


def may_remove(view: SavedView, actor: Actor) -> bool:
    """Return whether the actor may forget this view, which they see."""
    return view.owner == str(actor) or may(actor, Permission.LIST_SHARE)


def _has(session: Session, actor: Actor, name: str) -> bool:
    mine = select(SavedView.id).where(SavedView.owner == str(actor), SavedView.name == name)
    return session.exec(mine).first() is not None


def _require_room(session: Session, actor: Actor) -> None:
    mine = select(func.count()).select_from(SavedView).where(SavedView.owner == str(actor))
    if session.exec(mine).one() >= MOST:
        raise Conflict(f"{MOST} views are kept already.", remedy="Remove one first.")


def _is_seen_by(reader: Actor) -> ColumnElement[bool]:
    return or_(col(SavedView.owner) == str(reader), col(SavedView.shared))
