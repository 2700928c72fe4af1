"""考核方案: drafted, simulated, adopted by somebody else; an adopted one is followed by another."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from dispatch.comparing import counting, telling
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.scheme import Scheme, body_of, require_sound, scheme_of
from dispatch.comparing.states import SCHEME, SchemeAction, SchemeState, advance
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType

MOST_NAME = 64
MOST_CHOSEN = 100  # of which a form lets one choose
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('comparison_scheme'))")


def draft(
    session: Session, name: str, said: Scheme, *, actor: Actor, now: datetime
) -> ComparisonScheme:
    """Write a new version of the scheme of this name, or its first one; raise Invalid."""
    require_whole_site(actor)
    name = name.strip()
    if not name or len(name) > MOST_NAME:
        raise Invalid("A scheme has a name.", remedy=f"At most {MOST_NAME} letters.")
    _require_sound(session, said)
    scheme = ComparisonScheme(
        version=0,
        name=name,
        number=_next_number(session, name),
        state=SchemeState.DRAFT,
        body=body_of(said),
        writers=[str(actor)],
        written_at=now,
    )
    session.add(scheme)
    session.flush()
    written = EventType.COMPARISON_SCHEME_WRITTEN
    telling.of_scheme(session, scheme, written, actor=actor, now=now)
    return scheme


def revise(
    session: Session, scheme: ComparisonScheme, said: Scheme, *, actor: Actor, now: datetime
) -> ComparisonScheme:
    """Change what it says; it must be simulated anew. Raises Conflict once it was adopted."""
    require_whole_site(actor)
    state = advance(SCHEME, SchemeState(scheme.state), SchemeAction.REVISE)
    _require_sound(session, said)
    scheme.state, scheme.body, scheme.written_at = state, body_of(said), now
    scheme.writers = list(dict.fromkeys([*scheme.writers, str(actor)]))
    written = EventType.COMPARISON_SCHEME_WRITTEN
    telling.of_scheme(session, scheme, written, actor=actor, now=now)
    return scheme


def adopt(
    session: Session, scheme: ComparisonScheme, *, actor: Actor, now: datetime
) -> ComparisonScheme:
    """采用: what was simulated, by somebody who wrote nothing in it; its forerunner is retired.

    The scheme is locked. Raises Conflict for one that was not simulated as it stands, and
    NotAllowed for its writer.
    """
    require_whole_site(actor)
    state = advance(SCHEME, SchemeState(scheme.state), SchemeAction.ADOPT)
    if str(actor) in scheme.writers:
        raise NotAllowed("Who wrote a scheme does not adopt it.", remedy="Let somebody else.")
    if before := adopted(session, scheme.name, lock=True):
        retire(session, before, actor=actor, now=now)
    scheme.state, scheme.adopted_at, scheme.adopted_by = state, now, str(actor)
    telling.of_scheme(session, scheme, EventType.COMPARISON_SCHEME_ADOPTED, actor=actor, now=now)
    return scheme


def retire(
    session: Session, scheme: ComparisonScheme, *, actor: Actor, now: datetime
) -> ComparisonScheme:
    """停用: nothing is run by it any more; what was, stays."""
    require_whole_site(actor)
    scheme.state = advance(SCHEME, SchemeState(scheme.state), SchemeAction.RETIRE)
    scheme.retired_at, scheme.retired_by = now, str(actor)
    telling.of_scheme(session, scheme, EventType.COMPARISON_SCHEME_RETIRED, actor=actor, now=now)
    return scheme


def said_by(scheme: ComparisonScheme) -> Scheme:
    """Return what this version says."""
    return scheme_of(scheme.body)


def find(session: Session, scheme_id: int, *, lock: bool = False) -> ComparisonScheme:
    """Return the scheme; raise NotFound."""
    query = select(ComparisonScheme).where(ComparisonScheme.id == scheme_id)
    if lock:  # all are locked in one order: adopting one retires another
        session.execute(_ONE_AT_A_TIME)
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no scheme {scheme_id}.", remedy="Take one from the list.")
    return found


def adopted(session: Session, name: str, *, lock: bool = False) -> ComparisonScheme | None:
    """Return the version of this name that is in force."""
    query = select(ComparisonScheme).where(
        ComparisonScheme.name == name, ComparisonScheme.state == SchemeState.ADOPTED
    )
    return session.exec(query.with_for_update() if lock else query).first()


def in_force(session: Session) -> Sequence[ComparisonScheme]:
    """Return the schemes that may be run, by name."""
    query = select(ComparisonScheme).where(ComparisonScheme.state == SchemeState.ADOPTED)
    return session.exec(query.order_by(col(ComparisonScheme.name)).limit(MOST_CHOSEN)).all()


def listed(session: Session, *, before: int = 0, limit: int = 50) -> Sequence[ComparisonScheme]:
    """Return the versions of all schemes, the newest first."""
    query = select(ComparisonScheme)
    if before:
        query = query.where(col(ComparisonScheme.id) < before)
    return session.exec(query.order_by(col(ComparisonScheme.id).desc()).limit(limit)).all()


def simulated(session: Session, scheme: ComparisonScheme) -> Sequence[Comparison]:
    """Return the last simulations of this version, the newest first."""
    query = select(Comparison).where(Comparison.scheme_id == scheme.id, Comparison.simulation)
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(10)).all()


def require_adopted(scheme: ComparisonScheme) -> None:
    """Raise Conflict unless it is in force."""
    if scheme.state != SchemeState.ADOPTED:
        raise Conflict("This scheme is not in force.", remedy="Have it adopted first.")


def require_whole_site(actor: Actor) -> None:
    """Raise Conflict for who has a district: a scheme holds everywhere."""
    if actor.district:
        raise Conflict(
            "A scheme is the whole site's.",
            remedy="Compare by one that is adopted, or ask who has no district.",
        )


def _next_number(session: Session, name: str) -> int:
    """Return the number of this name's next version, which nobody else takes meanwhile."""
    session.execute(_ONE_AT_A_TIME)
    newest = select(func.max(ComparisonScheme.number)).where(ComparisonScheme.name == name)
    return (session.exec(newest).one() or 0) + 1


def _require_sound(session: Session, said: Scheme) -> None:
    require_sound(said)
    counting.require_comparable(each.code for each in said.indicators)
    counting.require_departments(session, said.classes)
