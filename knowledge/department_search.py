"""找单位: the departments that somebody looks for, and what they answer for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from knowledge.models import Department, District, Responsibility


@dataclass(frozen=True)
class Sought:
    """What is looked for; what is empty is not asked."""

    words: str = ""  # part of a name, an alias or the code
    district: str = ""
    kind: str = ""
    accepts: str = ""  # yes or no


def found(session: Session, sought: Sought, *, after: str = "", limit: int) -> Sequence[Department]:
    """Return departments by code, those after this one."""
    query = select(Department).where(col(Department.code) > after)
    if sought.words:
        named = (Department.code, Department.name, Department.short_name, Department.aliases)
        query = query.where(
            or_(*(col(each).icontains(sought.words, autoescape=True) for each in named))
        )
    if sought.district:
        query = query.where(Department.district_code == sought.district)
    if sought.kind:
        query = query.where(Department.kind == sought.kind)
    if sought.accepts:
        query = query.where(col(Department.accepts).is_(sought.accepts == "yes"))
    return session.exec(query.order_by(col(Department.code)).limit(limit)).all()


def answers_for(session: Session, department: str, *, limit: int) -> Sequence[Responsibility]:
    """Return the department's catalogue entries, by district and matter, ended ones too."""
    order = (col(Responsibility.district_code), col(Responsibility.matter_code))
    mine = select(Responsibility).where(Responsibility.department_code == department)
    return session.exec(mine.order_by(*order, col(Responsibility.valid_from)).limit(limit)).all()


def desk_above(session: Session, department: Department) -> Department | None:
    """Return the hotline desk of the district above the department's, the nearest there is.

    A desk's own is that of the next district; None at the top.
    """
    district = session.get(District, department.district_code)
    code = department.district_code if department.kind != "desk" else ""
    seen: set[str] = set()
    while district and district.code not in seen:
        seen.add(district.code)
        desk = _desk(session, code) if code else None
        if desk:
            return desk
        code = district.parent
        district = session.get(District, code) if code else None
    return None


def _desk(session: Session, district: str) -> Department | None:
    mine = (Department.district_code == district, Department.kind == "desk")
    return session.exec(select(Department).where(*mine).order_by(col(Department.code))).first()
