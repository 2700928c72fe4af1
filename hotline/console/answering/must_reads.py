"""必读: what one must read, confirmed by one key; whom an article asks, and by when."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console import form_times, moments
from hotline.console.answering.library import PAGE, Reader, clean
from hotline.console.answering.steps import in_words
from hotline.console.faults import Misfilled
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.words import say
from hotline.console.writes import RowId
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.articles import finding, must_read
from knowledge.articles.must_read import Asked
from knowledge.articles.readers import Audience

QUEUE = f"{PAGE}/must-read"
AT_ONCE = 20  # more are not read at a sitting

router = APIRouter(prefix=PAGE, include_in_schema=False)

Publisher = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_PUBLISH))]
Roles = Annotated[list[str] | None, Form(max_length=10)]
Word = Annotated[str, Form(max_length=64)]


@router.get("/must-read", response_class=HTMLResponse)
def queue(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    done: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show what the viewer must read, whole, what is due first at the top."""
    at = now()
    waiting = must_read.unread(session, viewer.actor, now=at)
    departments = names.department_names(session, {each.text.department_code for each in waiting})
    today = beijing_day(at)
    shown = {
        "viewer": viewer,
        "here": "must-read",
        "as_of": at,
        "done": bool(done),
        "count": len(waiting),
        "rows": [
            _row(each, departments, late=each.by_day < today, today=each.by_day == today)
            for each in waiting[:AT_ONCE]
        ],
    }
    return templates.TemplateResponse(request, "answering/must_reads.html", shown)


@router.post("/must-read/{article}/confirm")
def confirm(viewer: Reader, article: str, session: SessionDep, number: RowId) -> Response:
    """已读: of the text that stood there; a newer one is to be read instead."""
    found = finding.find(session, clean(article))
    must_read.confirm(session, found, number, actor=viewer.actor, now=now())
    return RedirectResponse(f"{QUEUE}?done=1", status_code=303)


@router.post("/must-read/{article}/ask")
def ask(
    viewer: Publisher,
    article: str,
    session: SessionDep,
    by_day: Word = "",
    role: Roles = None,
    skill: Word = "",
    district: Word = "",
) -> Response:
    """设为必读: by a day, for whom it is meant."""
    found = finding.find(session, clean(article), lock=True)
    day = form_times.day(by_day)
    if day is None:
        raise Misfilled(say("fault.no_moment"))
    audience = Audience(tuple(role or ()), clean(skill), clean(district))
    in_words(lambda: must_read.ask(session, found, day, audience, actor=viewer.actor, now=now()))
    return _to(found.code)


@router.post("/must-read/{article}/end")
def end(viewer: Publisher, article: str, session: SessionDep) -> Response:
    """取消必读: nobody is asked any more; receipts are kept."""
    found = finding.find(session, clean(article), lock=True)
    must_read.end(session, found, actor=viewer.actor, now=now())
    return _to(found.code)


def _row(asked: Asked, departments: dict[str, str], *, late: bool, today: bool) -> dict[str, Any]:
    text = asked.text
    return {
        "code": asked.article.code,
        "text": text,
        "by_day": moments.day(asked.by_day),
        "late": late,
        "today": today,
        "department": departments.get(text.department_code, text.department_code),
    }


def _to(code: str) -> Response:
    return RedirectResponse(f"{PAGE}/read/{code}", status_code=303)
