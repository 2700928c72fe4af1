"""草拟、审核、发布、失效: how any text of the knowledge base moves on, an article's or an item's.

Whoever wrote a text neither approves nor publishes it; what goes back or ends says why; what is
shown changes under the next number, by which a searcher knows that it is late (`changes`).
"""

from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.privacy import mask_text
from knowledge.articles import changes
from knowledge.articles.states import TextAction, TextStatus, advance_text

_A = TextAction
NEED_A_REASON = frozenset({_A.SEND_BACK, _A.EXPIRE})
_BY_ANOTHER = frozenset({_A.APPROVE, _A.PUBLISH, _A.SCHEDULE})
_SHOWS_ANOTHER = frozenset({_A.PUBLISH, _A.BEGIN, _A.EXPIRE})


class Kept(Protocol):
    """What has texts: an article, or an item."""

    changed: int
    seed: str


class Text(Protocol):
    """One text of it, with who wrote, judged, published and ended it."""

    status: str
    note: str
    drafted_at: datetime
    drafted_by: str
    reviewed_at: datetime | None
    reviewed_by: str
    published_at: datetime | None
    published_by: str
    expired_at: datetime | None
    expired_by: str


def require_allowed(row: Text, step: TextAction, reason: str, actor: Actor) -> None:
    """Raise NotAllowed for an author who would judge their own words.

    Raises Invalid without a reason where one is needed, Conflict for a step that is not open.
    """
    if step in _BY_ANOTHER and row.drafted_by == str(actor):
        raise NotAllowed(
            "Nobody judges their own words.", remedy="Ask another editor or a supervisor."
        )
    if step in NEED_A_REASON and not reason.strip():
        raise Invalid("There is no reason.", remedy="Write why, for whoever reads it next.")
    advance_text(TextStatus(row.status), step)


def move(
    session: Session,
    kept: Kept,
    row: Text,
    step: TextAction,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Move the text on and say who did it; a step that `require_allowed` has let pass."""
    row.status = advance_text(TextStatus(row.status), step)
    row.note = mask_text(reason.strip())
    _mark(row, step, str(actor), now)
    if step in _SHOWS_ANOTHER:
        kept.changed = changes.take(session)
    if step is _A.EXPIRE:
        kept.seed = ""  # a newer package does not bring back what the site has ended
    session.add(row)


def put_aside(session: Session, row: Text) -> None:
    """Let the next text take the place of this one."""
    row.status = advance_text(TextStatus(row.status), _A.REPLACE)
    session.add(row)


def redraft(row: Text, *, by: Actor, now: datetime, name: str) -> None:
    """Take the draft as written by this actor: whoever wrote last does not judge it.

    Raises Conflict, naming it, for a text that waits for somebody's judgement.
    """
    if row.status != TextStatus.DRAFT:
        raise Conflict(
            f"The next {name} is {row.status}.",
            remedy="Have it sent back, or wait until it is published.",
        )
    row.drafted_by, row.drafted_at = str(by), now


def _mark(row: Text, step: TextAction, by: str, at: datetime) -> None:
    if step is _A.APPROVE:
        row.reviewed_by, row.reviewed_at = by, at
    elif step is _A.SEND_BACK:
        row.reviewed_by, row.reviewed_at = "", None
    elif step in (_A.PUBLISH, _A.SCHEDULE):
        row.published_by, row.published_at = by, at
    elif step is _A.BEGIN:
        row.published_at = at  # by whom stays who scheduled it
    elif step is _A.EXPIRE:
        row.expired_by, row.expired_at = by, at
