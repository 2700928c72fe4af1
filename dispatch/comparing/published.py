"""向社会公布的比较 as anybody finds them: by what its scheme published, and nothing else.

What was withdrawn is still found by who saw it, and says no more than that it was.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.scheme import Publication
from dispatch.comparing.states import RunState
from hotline.core.errors import NotFound


def in_force(session: Session, *, before: int = 0, limit: int = 50) -> Sequence[Comparison]:
    """Return what is published to everybody, the newest first."""
    query = select(Comparison).where(_told(before), Comparison.state == RunState.PUBLISHED)
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(limit)).all()


def listed(
    session: Session, *, before: int = 0, limit: int = 50
) -> Sequence[tuple[Comparison, ComparisonScheme]]:
    """Return what was ever published to everybody, each with its scheme, the newest first.

    Without what they were made of and what they say.
    """
    heavy: tuple[Any, ...] = (Comparison.inputs, Comparison.document)
    query = (
        select(Comparison, ComparisonScheme)
        .join(ComparisonScheme, col(ComparisonScheme.id) == Comparison.scheme_id)
        .options(*(defer(each) for each in heavy))
        .where(_told(before))
    )
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(limit)).all()


def find(session: Session, run_id: int) -> Comparison:
    """Return one that was published to everybody; raise NotFound for any other."""
    made_of: Any = Comparison.inputs  # what it says stands in the document
    query = select(Comparison).options(defer(made_of))
    found = session.exec(query.where(Comparison.id == run_id, _told())).first()
    if found is None:
        raise NotFound("No such comparison was published.", remedy="Take one from the list.")
    return found


def _told(before: int = 0) -> ColumnElement[bool]:
    """Return the condition that everybody was told of it; below this id unless that is 0."""
    to_all = col(Comparison.publication) == Publication.PUBLIC
    told = and_(to_all, col(Comparison.published_at).is_not(None))
    return and_(told, col(Comparison.id) < before) if before else told
