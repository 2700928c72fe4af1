"""站内消息: what the clocks and the hotline tell a department, and what of it was read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dispatch.letters import notices as letter_notices
from dispatch.letters import subjects
from dispatch.notices import knowledge_notices, staff_inbox
from hotline.console import moments
from hotline.console.faults import PORTAL
from hotline.console.frame import templates
from hotline.console.hot.lines import headlines
from hotline.console.portal.desk import Notified
from hotline.console.portal.writes import LARGEST
from hotline.core.clock import now
from hotline.web.access import SessionDep

SHOWN = 50
PAGE = f"{PORTAL}/notices"

router = APIRouter(prefix=PAGE, include_in_schema=False)

Before = Annotated[int, Query(ge=0, le=LARGEST)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Notified, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the newest notices; older ones page by page."""
    found = staff_inbox.listed(session, viewer.actor, before=before, limit=SHOWN + 1)
    shown = {
        "viewer": viewer,
        "rows": [(each, moments.full(each.at), bool(read)) for each, read in found[:SHOWN]],
        "headlines": headlines(session, [each for each, _ in found[:SHOWN]]),
        "articles": knowledge_notices.questions(session, [each for each, _ in found[:SHOWN]]),
        "about_article": knowledge_notices.SAYS,
        "article_of": knowledge_notices.article_of,
        "letters": letter_notices.letters(session, [each for each, _ in found[:SHOWN]]),
        "letter_id": subjects.letter_id,
        "older": found[SHOWN - 1][0].id if len(found) > SHOWN else 0,
        "as_of": now(),
    }
    return templates.TemplateResponse(request, "portal/notices.html", shown)


@router.post("/{notice}/read")
def read(viewer: Notified, notice: int, session: SessionDep) -> Response:
    """已读: for the whole department."""
    staff_inbox.read(session, min(notice, LARGEST), actor=viewer.actor, now=now())
    return RedirectResponse(PAGE, status_code=303)
