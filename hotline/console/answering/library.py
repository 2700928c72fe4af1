"""知识库: look an answer up, browse, and read one with its history; filters stay in the address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.cases.searching import kinds_for
from hotline.console.answering import views
from hotline.console.answering.article_page import article_view
from hotline.console.cases import found as cases
from hotline.console.faults import PREFIX
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.items import views as items
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import lineage
from knowledge.articles import finding, gaps
from knowledge.articles.readers import ASKED, USUALLY
from knowledge.articles.states import SHOWN, TextStatus
from knowledge.searching import shelf, together
from knowledge.searching.entries import Asked, Found, Kind

PAGE = f"{PREFIX}/articles"
ON_PAGE = 30
MOST_ASKED = 200
Row = views.Answer | items.Line | cases.CaseLine

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_READ))]
Word = Annotated[str, Query(max_length=64)]


@router.get("", response_class=HTMLResponse)
def home(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    q: Annotated[str, Query(max_length=MOST_ASKED)] = "",
    department: Word = "",
    district: Word = "",
    status: TextStatus | None = None,
    after: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show what answers `q`; without it the articles, page by page."""
    at = now()
    chosen = {"q": clean(q), "department": clean(department), "district": clean(district)}
    shown: dict[str, Any] = {
        "viewer": viewer,
        "here": "articles",
        "as_of": at,
        **chosen,
        "status": status,
        "statuses": list(TextStatus),
        "owners": finding.owners(session),
        "places": finding.places(session),
    }
    if chosen["q"]:
        shown |= _found(session, viewer, **chosen, at=at)
    else:
        shown |= _browsed(session, status, chosen, after, at)
    return templates.TemplateResponse(request, "answering/library.html", shown)


@router.get("/read/{article}", response_class=HTMLResponse)
def one(viewer: Reader, article: str, request: Request, session: SessionDep) -> Response:
    """Show an article: what it says, who wrote it, and what may be done with it."""
    found = finding.find(session, clean(article))
    shown = {
        "viewer": viewer,
        "here": "articles",
        "as_of": now(),
        "view": article_view(session, found, viewer, now=now()),
        "asked_roles": ASKED,
        "usual_roles": USUALLY,
    }
    return templates.TemplateResponse(request, "answering/article.html", shown)


def _found(
    session: Session, viewer: Viewer, q: str, department: str, district: str, *, at: datetime
) -> dict[str, Any]:
    places = lineage.upwards(session, district) if district else ()
    asked = Asked(q, beijing_day(at), places, department, kinds=kinds_for(viewer.actor))
    found = shelf.search(session, asked)
    if not any(each.good for each in found) and Permission.ARTICLE_REPORT in viewer.may:
        gaps.note(session, q, district=district, now=at)
    holding = [each for each in found if not each.expired]
    over = [each for each in found if each.expired]
    return {
        "answers": _rows(session, holding, q, at),
        "expired": _rows(session, over, q, at),
        "good": any(each.good for each in found),
    }


def _rows(session: Session, found: Sequence[Found], q: str, at: datetime) -> list[Row]:
    """Return each as the pages of its kind show it, in the order of what was found."""
    articles, guides, worked = ([each for each in found if each.kind is kind] for kind in Kind)
    rows: dict[str, Row] = {
        f"{Kind.ARTICLE}:{each.code}": each for each in views.answers(session, articles, q, now=at)
    }
    lines = items.found_lines(session, guides, q, now=at)
    rows |= {f"{Kind.ITEM}:{each.key}": each for each in lines}
    examples = cases.found_lines(session, worked, q)
    rows |= {f"{Kind.CASE}:{each.case}": each for each in examples}
    hits = together.told(session, found, q, beijing_day(at))
    return [row for each in hits if (row := rows.get(f"{each.kind}:{each.id}"))]


def _browsed(
    session: Session, status: TextStatus | None, chosen: dict[str, str], after: int, at: datetime
) -> dict[str, Any]:
    rows = finding.listed(
        session,
        statuses=(status,) if status else SHOWN,
        department=chosen["department"],
        district=chosen["district"],
        after=after,
        limit=ON_PAGE + 1,
    )
    page = rows[:ON_PAGE]
    more = page[-1][0].id if len(rows) > ON_PAGE else None
    return {"answers": views.listed(session, page, now=at), "more": more, "after": after}


def clean(text: str) -> str:
    """Return what was typed without blanks around it, and without the sign that no text holds."""
    return text.replace("\0", "").strip()
