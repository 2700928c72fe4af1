"""剔除: which ratings count in no indicator, why, and how many of them there are.

Whoever counts ratings leaves out those of `rating_exclusion`, and says how many.
"""

from datetime import datetime

from sqlmodel import Session, col, func, select

from dispatch.models import Rating
from dispatch.ratings.models_ratings import BadRating, RatingExclusion
from dispatch.ratings.stages import Ground
from hotline.core.accounts import Actor

VERIFICATION, APPEAL = "verification", "appeal"


def exclude(
    session: Session, bad: BadRating, reason: Ground, basis: str, *, actor: Actor, now: datetime
) -> RatingExclusion:
    """Leave the rating out of every indicator; it stays on record, and its reason with it."""
    known = session.get(RatingExclusion, bad.rating_id)
    if known:
        return known
    row = RatingExclusion(
        rating_id=bad.rating_id,
        department=bad.department,
        reason=reason,
        basis=basis,
        at=now,
        by=str(actor),
    )
    session.add(row)
    return row


def counted(
    session: Session, since: datetime, until: datetime, *, department: str = ""
) -> dict[str, int]:
    """Return how many ratings of tickets given in the period are excluded, by reason."""
    query = (
        select(RatingExclusion.reason, func.count())
        .join(Rating, col(Rating.id) == RatingExclusion.rating_id)
        .where(Rating.at >= since, Rating.at < until)
        .group_by(col(RatingExclusion.reason))
    )
    if department:
        query = query.where(RatingExclusion.department == department)
    found = dict(session.exec(query).all())
    return {ground.value: found.get(ground.value, 0) for ground in Ground}


def basis_of(session: Session, bad: BadRating) -> str:
    """Return by what the rating is excluded; empty while it counts."""
    row = session.get(RatingExclusion, bad.rating_id)
    return row.basis if row else ""
