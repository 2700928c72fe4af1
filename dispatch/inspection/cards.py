"""评分卡: kept in versions, the packaged ones first; a new version leaves every old score alone."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import text
from sqlmodel import Session, col, select

from dispatch.inspection import telling
from dispatch.inspection.models_inspection import ScoreCard
from dispatch.inspection.scoring import Card, body_of, card_of
from dispatch.inspection.states import Kind
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType

PACKAGED = ("call-basic", "ticket-basic")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('score_card'))")


@cache
def packaged(code: str) -> tuple[Kind, Card]:
    """Return a packaged sample card."""
    path = files("dispatch.inspection") / "data" / f"{code}.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return Kind(told["kind"]), card_of(told)


def newest(session: Session) -> Sequence[ScoreCard]:
    """Return the newest version of each card, by code; a packaged one may be in no row yet."""
    rows = session.exec(select(ScoreCard).order_by(col(ScoreCard.number))).all()
    latest = {code: _sample(code) for code in PACKAGED} | {each.code: each for each in rows}
    return [latest[code] for code in sorted(latest)]


def find(session: Session, code: str) -> ScoreCard:
    """Return the newest version of a card; raise NotFound for no card's code."""
    found = _newest_of(session, code)
    if found is None:
        raise NotFound(f"There is no score card {code!r}.", remedy="Take one from the list.")
    return found


def card(row: ScoreCard) -> Card:
    """Return what the row holds."""
    return card_of(row.body)


def write(
    session: Session,
    code: str,
    kind: Kind,
    given: Card,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> ScoreCard:
    """Keep a new version; `seen` is the newest one's number, 0 for a new or a packaged card.

    Raises Stale when there is a newer one, Conflict where the card is of the other kind.
    """
    session.execute(_ONE_AT_A_TIME)
    present = _newest_of(session, code)
    telling.require_seen(seen, present.number if present else 0)
    if present:
        _require_change(present, kind, given)
    row = ScoreCard(code=code, number=seen + 1, kind=kind, body=body_of(given))
    row.made_at, row.made_by = now, str(actor)
    session.add(row)
    chain, type = f"score_card:{code}", EventType.INSPECTION_CARD_CHANGED
    telling.tell(session, chain, type, actor=actor, now=now, card=code, number=row.number)
    return row


def _require_change(present: ScoreCard, kind: Kind, given: Card) -> None:
    if present.kind != kind:
        raise Conflict(
            f"The card {present.code!r} is of the other kind.", remedy="Choose another code."
        )
    if card(present) == given:
        raise Invalid("Nothing was changed.", remedy="Change the card.")


def to_score_by(session: Session, code: str, kind: Kind) -> ScoreCard:
    """Return the newest version of a card, as a row; raise Invalid for one of the other kind."""
    session.execute(_ONE_AT_A_TIME)
    found = find(session, code)
    if found.kind != kind:
        raise Invalid(f"The card {code!r} is of the other kind.", remedy="Choose another card.")
    session.add(found)
    session.flush()
    return found


def _newest_of(session: Session, code: str) -> ScoreCard | None:
    query = select(ScoreCard).where(ScoreCard.code == code).order_by(col(ScoreCard.number).desc())
    return session.exec(query.limit(1)).first() or (_sample(code) if code in PACKAGED else None)


def _sample(code: str) -> ScoreCard:
    kind, given = packaged(code)
    return ScoreCard(code=code, number=0, kind=kind, body=body_of(given))
