"""盲复核: a sample of finished callbacks is asked again by somebody who does not see the answer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.models import Callback, Confidentiality, Ticket
from dispatch.people import reveals
from dispatch.ratings import blind_draw, concerned, leases, terms
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.models_ratings import BlindCallback, BlindDraw
from dispatch.sealing import reach, readers
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import Audience, EventType
from hotline.core.privacy import Identity
from telephony import do_not_call

SHOWN = 50


@dataclass(frozen=True)
class Figures:
    """One draw as it is published: of `population` `drawn`, `asked`, `reached`, `compared`."""

    period: str
    seed: str
    percent: float
    population: int
    drawn: int
    asked: int
    reached: int
    compared: int
    disagreed: int

    @property
    def share(self) -> float | None:
        """Return the share of answers that were contradicted; None while nothing is compared."""
        return self.disagreed / self.compared if self.compared else None


def draw_week(session: Session, name: str, *, actor: Actor, now: datetime) -> BlindDraw:
    """抽样: draw among the callbacks that ended in this week, once.

    The seed, the share and the whole population are kept. Raises Conflict for a week that is not
    over or was drawn. Sealed matters and who asked not to be rung are left out.
    """
    week = blind_draw.week_of(name)
    if week.until > now:
        raise Conflict("This week is not over.", remedy="Draw it on Monday.")
    population = list(
        session.exec(
            select(Callback.id)
            .join(Ticket, col(Ticket.id) == Callback.ticket_id)
            .where(Callback.status == CallbackStatus.COMPLETED)
            .where(col(Callback.finished_at) >= week.since, col(Callback.finished_at) < week.until)
            .where(Ticket.confidentiality != Confidentiality.SEALED)
            .where(do_not_call.not_listed(col(Ticket.person_id), now=now))
            .order_by(col(Callback.id))
        ).all()
    )
    made = _keep(session, name, [each for each in population if each], actor, now)
    if made is None:
        raise Conflict("This week is drawn.", remedy="A draw is not made again.")
    return made


def to_ask(
    session: Session, *, reader: Actor, after: int = 0, now: datetime, limit: int = SHOWN
) -> Sequence[BlindCallback]:
    """Return what waits to be asked by this person: theirs, and what is free for them to take.

    Nothing of what they had a hand in, and nothing that they had before.
    """
    ticket, taken = col(BlindCallback.ticket_id), col(BlindCallback.taken_by)
    free = or_(taken == "", col(BlindCallback.taken_until) < now)
    fresh = ~col(BlindCallback.had_by).contains([reader.name])
    query = (
        select(BlindCallback)
        .where(col(BlindCallback.asked_at).is_(None), col(BlindCallback.id) > after)
        .where(or_(taken == reader.name, and_(free, fresh)))
        .where(~concerned.is_concerned(ticket, str(reader)), reach.of_blind(reader, ticket))
    )
    return session.exec(query.order_by(col(BlindCallback.id)).limit(limit)).all()


def find(session: Session, blind_id: int, *, reader: Actor, lock: bool = False) -> BlindCallback:
    """Return the blind callback; raise NotFound, for one that the reader may not see too."""
    mine = reach.of_blind(reader, col(BlindCallback.ticket_id))
    row = session.exec(select(BlindCallback).where(BlindCallback.id == blind_id, mine)).first()
    if row is None:
        raise NotFound(f"There is no blind callback {blind_id}.", remedy="Take one from the list.")
    readers.note_read(session, session.get_one(Ticket, row.ticket_id), reader)
    if lock:
        ticket = select(Ticket).where(Ticket.id == row.ticket_id).with_for_update()
        session.exec(ticket.execution_options(populate_existing=True)).one()
        session.refresh(row, with_for_update=True)
    return row


def require_free(session: Session, row: BlindCallback, actor: Actor) -> None:
    """Raise NotAllowed for who had a hand in the matter, Conflict when it was asked again."""
    if session.get_one(Callback, row.callback_id).by == str(actor):
        raise NotAllowed("You asked them the first time.", remedy="Let somebody else ask.")
    if str(actor) in concerned.concerned(session, session.get_one(Ticket, row.ticket_id)):
        raise NotAllowed("You had a hand in this matter.", remedy="Let somebody else ask.")
    if row.asked_at:
        raise Conflict("This one was asked again already.", remedy="Take another from the list.")


def take(session: Session, row: BlindCallback, *, actor: Actor, now: datetime) -> BlindCallback:
    """领取: raise as `require_free` and `leases.take` do; the row is locked."""
    require_free(session, row, actor)
    return leases.take(session, row, actor=actor, now=now)


def reveal(
    session: Session, row: BlindCallback, reason: str, *, actor: Actor, now: datetime
) -> Identity:
    """Return who is to be asked, kept with its reason as a look at their data.

    Raises NotAllowed for who has not taken the row, Invalid without a reason.
    """
    require_free(session, row, actor)
    leases.require_theirs(row, actor)
    ticket = session.get_one(Ticket, row.ticket_id)
    view = reveals.ask(session, ticket, reason=reason, actor=actor, now=now)
    return reveals.look(session, ticket, view.token, actor=actor, now=now)


def answer(
    session: Session,
    row: BlindCallback,
    said: Said,
    *,
    reached: bool,
    actor: Actor,
    now: datetime,
) -> BlindCallback:
    """Keep what was said the second time, and whether it agrees; nothing of the first changes.

    Raises NotAllowed for who had a hand in the matter or has not taken the row, Conflict for a
    second answer, Invalid for words of somebody who was not reached.
    """
    _require_fitting(session, row, said, reached, actor)
    row.reached, row.asked_at, row.asked_by = reached, now, str(actor)
    row.taken_by, row.taken_until = "", None  # they may read the ticket again
    row.contacted, row.resolved, row.satisfaction = said.contacted, said.resolved, said.satisfaction
    row.agrees = _agrees(session, row, said)
    row.version += 1
    session.add(row)
    ticket, done = session.get_one(Ticket, row.ticket_id), EventType.RATING_ASKED_BLIND
    refs: dict[str, Any] = {"audience": Audience.INTERNAL, "reached": reached, "agrees": row.agrees}
    history.record(session, ticket, done, actor=actor, now=now, **refs)
    return row


def _agrees(session: Session, row: BlindCallback, said: Said) -> bool | None:
    first = session.get_one(Callback, row.callback_id)
    return blind_draw.agree(Said(first.contacted, first.resolved, first.satisfaction), said)


def _require_fitting(
    session: Session, row: BlindCallback, said: Said, reached: bool, actor: Actor
) -> None:
    require_free(session, row, actor)
    leases.require_theirs(row, actor)
    if not reached and said != Said():
        raise Invalid("Who was not reached said nothing.", remedy="Leave the answers out.")
    if said.satisfaction is not None and not 1 <= said.satisfaction <= 5:
        raise Invalid(f"{said.satisfaction} is no rating.", remedy="1 (worst) to 5 (best).")


def published(session: Session, *, limit: int = SHOWN) -> list[Figures]:
    """Return every draw with how often the second answer contradicted the first, newest first."""
    draws = session.exec(select(BlindDraw).order_by(col(BlindDraw.period).desc()).limit(limit))
    return [_figures(session, each) for each in draws.all()]


def _figures(session: Session, drawn: BlindDraw) -> Figures:
    asked, reached, compared, disagreed = session.exec(
        select(
            func.count(col(BlindCallback.asked_at)),
            func.count().filter(col(BlindCallback.reached).is_(True)),
            func.count(col(BlindCallback.agrees)),
            func.count().filter(col(BlindCallback.agrees).is_(False)),
        ).where(BlindCallback.draw_id == drawn.id)
    ).one()
    return Figures(
        drawn.period,
        drawn.seed,
        drawn.percent,
        len(drawn.population),
        drawn.drawn,
        asked,
        reached,
        compared,
        disagreed,
    )


def _keep(
    session: Session, name: str, population: list[int], actor: Actor, now: datetime
) -> BlindDraw | None:
    """Return the draw with its rows; None when another one of the week was made meanwhile."""
    seed, percent = secrets.token_hex(16), terms.number("blind_percent")
    most = int(terms.number("blind_most"))
    chosen = blind_draw.draw(population, seed, percent=percent, most=most)
    columns = {
        "period": name,
        "seed": seed,
        "percent": percent,
        "population": population,
        "drawn": len(chosen),
        "at": now,
        "by": str(actor),
    }
    kept = insert(BlindDraw).values(columns).on_conflict_do_nothing(index_elements=["period"])
    made = session.execute(kept.returning(col(BlindDraw.id))).scalar()
    if made is None:
        return None
    callbacks = session.exec(select(Callback).where(col(Callback.id).in_(chosen))).all()
    for each in sorted(callbacks, key=lambda callback: callback.id or 0):
        session.add(BlindCallback(draw_id=made, callback_id=each.id or 0, ticket_id=each.ticket_id))
    session.flush()
    return session.get_one(BlindDraw, made)
