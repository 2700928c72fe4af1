"""评价内容: five aspects that a requester may grade beside the whole; none is ever filled in."""

from collections.abc import Mapping
from enum import StrEnum

from sqlmodel import Session

from dispatch.models import Rating
from dispatch.ratings.models_ratings import RatingAspects
from hotline.core.errors import Invalid

GRADES = range(1, 6)


class Aspect(StrEnum):
    PROCESS = "process"  # 流程
    EFFICIENCY = "efficiency"  # 效率
    CONVENIENCE = "convenience"  # 便民
    ATTITUDE = "attitude"  # 态度
    EXPERIENCE = "experience"  # 体验


def check(given: Mapping[Aspect, int]) -> None:
    """Raise Invalid for a grade that is none."""
    wrong = [grade for grade in given.values() if grade not in GRADES]
    if wrong:
        raise Invalid(f"{wrong[0]} is no rating.", remedy="1 (worst) to 5 (best).")


def keep(session: Session, rating: Rating, given: Mapping[Aspect, int]) -> None:
    """Keep what was graded beside the rating; nothing where nothing was."""
    if given:
        row = row_of(session, rating)
        for aspect, grade in given.items():
            setattr(row, aspect.value, grade)
        session.add(row)


def row_of(session: Session, rating: Rating) -> RatingAspects:
    """Return the rating's row, a new one where there is none."""
    return session.get(RatingAspects, rating.id) or RatingAspects(rating_id=rating.id or 0)


def given(session: Session, rating: Rating) -> dict[Aspect, int]:
    """Return what was graded beside the rating."""
    row = session.get(RatingAspects, rating.id)
    graded = {aspect: getattr(row, aspect.value) for aspect in Aspect} if row else {}
    return {aspect: grade for aspect, grade in graded.items() if grade is not None}
