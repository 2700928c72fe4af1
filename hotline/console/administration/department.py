"""承办单位: one department's page, and its particulars changed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console.administration import department_page as pages
from hotline.console.administration.areas import DEPARTMENTS
from hotline.console.administration.frame import (
    RuleChanger,
    RuleReader,
    attempt,
    plain,
    require_fresh,
)
from hotline.core.clock import now
from hotline.web.access import SessionDep
from knowledge import changing
from knowledge.changing import Particulars

router = APIRouter(prefix=DEPARTMENTS.page, include_in_schema=False)

Line = Annotated[str, Form(max_length=200)]


def particulars(
    name: Line,
    short_name: Line = "",
    aliases: Annotated[str, Form(max_length=1000)] = "",
    accepts: bool = Form(default=False),
    contact: Line = "",
    telephone: Line = "",
) -> Particulars:
    """Read the fields, without the signs that no text may hold."""
    return Particulars(
        name=plain(name),
        short_name=plain(short_name),
        aliases=plain(aliases),
        accepts=accepts,
        contact=plain(contact),
        telephone=plain(telephone),
    )


Typed = Annotated[Particulars, Depends(particulars)]


@router.get("/{code}", response_class=HTMLResponse)
def department(viewer: RuleReader, code: str, request: Request, session: SessionDep) -> Response:
    """Show one department."""
    return pages.page(request, session, viewer, pages.find(session, code))


@router.post("/{code}", response_class=HTMLResponse)
def change(
    viewer: RuleChanger,
    code: str,
    request: Request,
    session: SessionDep,
    seen: Annotated[str, Form(max_length=64)],
    typed: Typed,
) -> Response:
    """修改: what was typed stays when it is refused."""

    def act() -> None:
        changing.one_at_a_time(session)
        row = pages.find(session, code)
        session.refresh(row)
        require_fresh(seen, pages.mark_of(row))
        changing.change_department(session, row, typed, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        row = pages.find(session, code)
        return pages.page(request, session, viewer, row, refused=refused, typed=typed)
    return RedirectResponse(f"{DEPARTMENTS.page}/{code}", status_code=303)
