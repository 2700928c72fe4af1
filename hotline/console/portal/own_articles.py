"""本单位的知识: a department's own articles, what of them waits for it, and what it writes."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console.answering.steps import in_words, mark_of, require_seen
from hotline.console.answering.typed import Typed, typed_of
from hotline.console.faults import PORTAL
from hotline.console.frame import Seeing, Viewer
from hotline.console.portal import own_article_views, own_frame
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge.articles import finding, life, mistakes, owning, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.owning import Waiting
from knowledge.articles.states import TextAction
from knowledge.articles.wording import Language, Missing

PAGE = f"{PORTAL}/articles"
SHOWN = 30

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.OWN_ARTICLE_READ))]
Writer = Annotated[Viewer, Depends(Seeing(Permission.OWN_ARTICLE_WRITE))]
Given = Annotated[Typed, Form()]
Seen = Annotated[str, Form(max_length=64)]  # the mark of the text that was looked at


@router.get("", response_class=HTMLResponse)
def home(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    waiting: Waiting | None = None,
    after: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show the department's articles, or what of them waits for it."""
    at = now()
    found = owning.listed(
        session,
        viewer.actor.department,
        waiting=waiting,
        on=beijing_day(at),
        after=after,
        limit=SHOWN + 1,
    )
    told = {
        "rows": own_article_views.lines(found[:SHOWN], now=at),
        "waiting": waiting,
        "filters": list(Waiting),
        "more": found[SHOWN - 1].article.id if len(found) > SHOWN else 0,
    }
    return own_frame.shown(request, "own_articles.html", viewer, "articles", **told)


@router.get("/new", response_class=HTMLResponse)
def begin(viewer: Writer, request: Request) -> Response:
    """Show an empty form."""
    return _form(request, viewer, None, Typed(), "")


@router.post("/new")
def create(viewer: Writer, session: SessionDep, given: Given) -> Response:
    """新增: its first draft; the hotline publishes it."""
    wording = typed_of(session, _own(given, viewer))
    made = in_words(lambda: writing.create(session, wording, actor=viewer.actor, now=now()))
    return _to(made, "saved")


@router.get("/read/{article}", response_class=HTMLResponse)
def one(
    viewer: Reader,
    article: str,
    request: Request,
    session: SessionDep,
    done: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """Show one article: what agents say, what comes next, and what is called wrong."""
    found = _find(session, article, viewer)
    told = own_article_views.detail(session, found, viewer, now=now())
    return own_frame.shown(request, "own_article.html", viewer, "articles", done=done, **told)


@router.get("/edit/{article}", response_class=HTMLResponse)
def edit(viewer: Writer, article: str, request: Request, session: SessionDep) -> Response:
    """Show the next text's form, filled with what it says so far."""
    found = _find(session, article, viewer)
    row = finding.latest(session, found)
    given = Typed.of(row, {}) if row else Typed()
    return _form(request, viewer, found, given, mark_of(row) if row else "")


@router.post("/edit/{article}")
def write(viewer: Writer, article: str, session: SessionDep, given: Given) -> Response:
    """Keep the draft; what is published stays as it is."""

    def act(found: Article, at: datetime) -> object:
        wording = typed_of(session, _own(given, viewer))
        return writing.write(session, found, wording, actor=viewer.actor, now=at)

    return _change(session, article, viewer, given.seen, act, "saved")


@router.post("/submit/{article}")
def submit(viewer: Writer, article: str, session: SessionDep, seen: Seen = "") -> Response:
    """送审: the hotline's editors judge it."""

    def act(found: Article, at: datetime) -> object:
        return life.act(session, found, TextAction.SUBMIT, actor=viewer.actor, now=at)

    return _change(session, article, viewer, seen, act, "submitted")


@router.post("/verify/{article}")
def verify(
    viewer: Writer, article: str, session: SessionDep, outcome: Annotated[mistakes.Outcome, Form()]
) -> Response:
    """核实: what became of a report; its clock stops."""
    found = _find(session, article, viewer, lock=True)
    mistakes.close(session, found, outcome, actor=viewer.actor, now=now())
    return _to(found, "answered")


def _change(
    session: Session,
    article: str,
    viewer: Viewer,
    seen: str,
    act: Callable[[Article, datetime], object],
    done: str,
) -> Response:
    found = _find(session, article, viewer, lock=True)
    require_seen(finding.latest(session, found), seen)
    in_words(lambda: act(found, now()))
    return _to(found, done)


def _own(given: Typed, viewer: Viewer) -> Typed:
    """Return the form as the department's own: whose it is is not asked."""
    return given.model_copy(update={"department": viewer.actor.department})


def _find(session: Session, article: str, viewer: Viewer, *, lock: bool = False) -> Article:
    return owning.find(session, article.replace("\0", ""), actor=viewer.actor, lock=lock)


def _form(
    request: Request, viewer: Viewer, article: Article | None, given: Typed, seen: str
) -> Response:
    told: dict[str, Any] = {
        "article": article,
        "given": given,
        "seen": seen,
        "missing": list(Missing),
        "states": list(Language),
        "own": True,
    }
    return own_frame.shown(request, "own_article_form.html", viewer, "articles", **told)


def _to(article: Article, done: str) -> Response:
    return RedirectResponse(f"{PAGE}/read/{article.code}?done={done}", status_code=303)
