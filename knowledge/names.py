"""Departments and districts by name, as pages show them and people choose them."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, or_, select

from hotline.core.errors import NotFound
from knowledge.models import Department, District


def department_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Return the full names of the departments with these codes."""
    if not codes:
        return {}
    rows = session.exec(
        select(Department.code, Department.name).where(col(Department.code).in_(codes))
    ).all()
    return dict(rows)


def district_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Return the Chinese names of the districts with these codes."""
    if not codes:
        return {}
    rows = session.exec(
        select(District.code, District.name_zh).where(col(District.code).in_(codes))
    ).all()
    return dict(rows)


def accepting(session: Session) -> Sequence[str]:
    """Return the names of all departments that take orders."""
    return session.exec(
        select(Department.name).where(Department.accepts).order_by(col(Department.code))
    ).all()


def department(session: Session, written: str) -> Department:
    """Return the department with this code or full name; raise NotFound when it takes no orders."""
    found = session.exec(
        select(Department).where(
            or_(Department.code == written, Department.name == written), Department.accepts
        )
    ).first()
    if found is None:
        raise NotFound(
            f"No department that takes orders is called {written!r}.",
            remedy="Choose one from the directory.",
        )
    return found
