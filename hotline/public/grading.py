"""评价内容 in a form: five grades that may be left open."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form

from dispatch.ratings.contents import GRADES, Aspect

Grade = Annotated[int | None, Form(ge=GRADES.start, lt=GRADES.stop)]


@dataclass(frozen=True)
class Graded:
    """What was graded; a field is named as its aspect is."""

    process: Grade = None
    efficiency: Grade = None
    convenience: Grade = None
    attitude: Grade = None
    experience: Grade = None

    def said(self) -> dict[Aspect, int]:
        """Return the grades that were given."""
        graded = {aspect: getattr(self, aspect.value) for aspect in Aspect}
        return {aspect: grade for aspect, grade in graded.items() if grade is not None}
