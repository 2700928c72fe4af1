"""知识缺口: what was asked in vain, what articles can't say, what is called wrong, what is late."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console import moments
from hotline.console.answering import views
from hotline.console.answering.library import PAGE, Reader
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.writes import RowId
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge.articles import finding, gaps, mistakes
from knowledge.articles.wording import Language

SHOWN = 50

router = APIRouter(prefix=PAGE, include_in_schema=False)

Writer = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_WRITE))]


@router.get("/gaps", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep) -> Response:
    """Show all that waits for an editor, the most pressing first."""
    at = now()
    lacking = finding.incomplete(session, limit=SHOWN)
    stale = finding.listed(session, bo_state=Language.STALE, limit=SHOWN)
    late = finding.to_be_reviewed(session, on=beijing_day(at))
    shown = {
        "viewer": viewer,
        "here": "articles",
        "as_of": at,
        "gaps": [(each, moments.short(each.last_at)) for each in gaps.open_ones(session)],
        "mistakes": [
            (article, row, moments.full(row.due_at), row.due_at < at)
            for article, row in mistakes.open_ones(session)
        ],
        "lacking": views.listed(session, lacking, now=at),
        "stale": views.listed(session, stale, now=at),
        "late": views.listed(session, late, now=at),
    }
    return templates.TemplateResponse(request, "answering/gaps.html", shown)


@router.post("/gaps/close")
def close(viewer: Writer, session: SessionDep, gap: RowId) -> Response:
    """The gap is filled, or none."""
    gaps.close(session, gap, actor=viewer.actor, now=now())
    return RedirectResponse(f"{PAGE}/gaps", status_code=303)
