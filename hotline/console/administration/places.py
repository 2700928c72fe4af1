"""Departments and districts as forms choose them: by code, shown by name."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, or_, select

from hotline.console.administration.areas import HOME
from hotline.console.administration.frame import RuleReader
from hotline.console.faults import Misfilled
from hotline.console.frame import templates
from hotline.console.words import say
from hotline.web.access import SessionDep
from knowledge.models import Department, District

MOST = 3000  # a city's departments, with its counties' and townships'

router = APIRouter(prefix=HOME, include_in_schema=False)


@router.get("/choices/departments", response_class=HTMLResponse)
def department_choices(_viewer: RuleReader, request: Request, session: SessionDep) -> Response:
    """Return every department for a field that suggests while one types."""
    rows = select(Department.code, Department.name).order_by(col(Department.code)).limit(MOST)
    found = {"choices": session.exec(rows).all()}
    return templates.TemplateResponse(request, "administration/choices.html", found)


def districts(session: Session) -> list[tuple[str, str]]:
    """Return every district by code and name, a county below its prefecture."""
    rows = select(District.code, District.name_zh).order_by(col(District.code))
    return list(session.exec(rows).all())


def department_code(session: Session, written: str) -> str:
    """Return the code of the department that a form names; raise Misfilled for an unknown one."""
    wanted = written.strip()
    found = code_of(session, wanted) if wanted else ""
    if found is None:
        raise Misfilled(say("refused.no_department"))
    return found


def code_of(session: Session, written: str) -> str | None:
    """Return the code of the department with this code or full name, None for an unknown one."""
    if "\0" in written:
        return None
    either = or_(Department.code == written, Department.name == written)
    return session.exec(select(Department.code).where(either)).first()
