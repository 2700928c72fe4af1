"""What a field's value may be chosen from; asked for when somebody first looks at the field."""

from enum import StrEnum

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.drafting import suggesting
from hotline.console.drafting.calls import Registrar
from hotline.console.faults import PREFIX
from hotline.console.frame import templates
from hotline.web.access import SessionDep
from knowledge import names, stored
from knowledge.entries import ANY_MATTER

router = APIRouter(prefix=f"{PREFIX}/form-lists", include_in_schema=False)


class Listed(StrEnum):
    DISTRICTS = "districts"
    MATTERS = "matters"
    DEPARTMENTS = "departments"


@router.get("/{which}", response_class=HTMLResponse)
def options(_viewer: Registrar, which: Listed, request: Request, session: SessionDep) -> Response:
    """Return the values of one list, as a datalist has them."""
    shown = {"names": _VALUES[which](session)}
    return templates.TemplateResponse(request, "departments.html", shown)


def _districts(session: Session) -> list[str]:
    directory = stored.current(session)
    return [
        each.name_zh if suggesting.district_of(directory, each.name_zh) else each.code
        for each in directory.districts.values()
    ]


def _matters(session: Session) -> list[str]:
    rows = stored.current(session).matters.values()
    return ["/".join(filter(None, each.category)) for each in rows if each.code != ANY_MATTER]


def _departments(session: Session) -> list[str]:
    return list(names.accepting(session))


_VALUES = {
    Listed.DISTRICTS: _districts,
    Listed.MATTERS: _matters,
    Listed.DEPARTMENTS: _departments,
}
