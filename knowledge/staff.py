"""Whether the place that a person is to have is there: their department and their district."""

from sqlmodel import Session

from hotline.core.errors import Invalid
from hotline.core.people.staff import Place
from knowledge.models import Department, District


def require_place(session: Session, place: Place) -> Place:
    """Return the place; raise Invalid for a department or district that is in no directory."""
    if place.department and session.get(Department, place.department) is None:
        raise Invalid(
            f"There is no department {place.department!r}.", remedy="Look it up in the directory."
        )
    if place.district and session.get(District, place.district) is None:
        raise Invalid(
            f"There is no district {place.district!r}.", remedy="Write its six digits (GB/T 2260)."
        )
    return place
