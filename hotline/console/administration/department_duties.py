"""值班电话: the telephone of who is on duty is shown once, to who asks for it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from hotline.console.administration import department_page as pages
from hotline.console.administration.areas import DEPARTMENTS
from hotline.console.frame import Seeing, Viewer
from hotline.console.words import name_of
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge.duties import rosters

router = APIRouter(prefix=DEPARTMENTS.page, include_in_schema=False)

Revealer = Annotated[Viewer, Depends(Seeing(Permission.DUTY_REVEAL))]
DutyId = Annotated[int, Path(ge=1, le=LARGEST_ROW)]


@router.post("/{code}/duties/{duty_id}/reveal", response_class=HTMLResponse)
def reveal(
    viewer: Revealer, code: str, duty_id: DutyId, request: Request, session: SessionDep
) -> Response:
    """Show the telephone once; that somebody looked is kept."""
    department = pages.find(session, code)
    row = rosters.find(session, department.code, duty_id)
    phone = rosters.reveal(session, row, actor=viewer.actor, now=now())
    heading = f"{name_of('duty_role', row.role)} {row.person}"
    return pages.page(request, session, viewer, department, phone=(heading, phone))
