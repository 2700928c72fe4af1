"""撰写与审核: drafts, what editors and supervisors do with them, and reports of mistakes (纠错)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console.answering.library import PAGE
from hotline.console.answering.steps import in_words, mark_of, require_seen, seen_of
from hotline.console.answering.typed import Typed, typed_of
from hotline.console.frame import Seeing, Viewer, templates
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.articles import finding, life, mistakes, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.states import TextAction
from knowledge.articles.wording import Language, Missing

router = APIRouter(prefix=PAGE, include_in_schema=False)

Writer = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_WRITE))]
Judge = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_REVIEW))]
Publisher = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_PUBLISH))]
Reporter = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_REPORT))]
Reason = Annotated[str, Form(max_length=1000)]
Given = Annotated[Typed, Form()]
Seen = Annotated[str, Form(max_length=64)]  # the mark of the text that was looked at


@router.get("/new", response_class=HTMLResponse)
def begin(viewer: Writer, request: Request, session: SessionDep) -> Response:
    """Show an empty form."""
    return _form(request, session, viewer, None, Typed())


@router.post("/new")
def create(viewer: Writer, session: SessionDep, given: Given) -> Response:
    """新增知识点: its first draft."""
    wording = typed_of(session, given)
    made = in_words(lambda: writing.create(session, wording, actor=viewer.actor, now=now()))
    return _to(made)


@router.get("/edit/{article}", response_class=HTMLResponse)
def edit(viewer: Writer, article: str, request: Request, session: SessionDep) -> Response:
    """Show the next text's form, filled with what it says so far."""
    found = _find(session, article)
    row = finding.latest(session, found)
    called = names.department_names(session, [row.department_code] if row else [])
    given = Typed.of(row, called) if row else Typed()
    return _form(request, session, viewer, found, given, seen=mark_of(row) if row else "")


@router.post("/edit/{article}")
def write(viewer: Writer, article: str, session: SessionDep, given: Given) -> Response:
    """Keep the draft; what is published stays as it is."""
    found = _find(session, article, lock=True)
    require_seen(finding.latest(session, found), given.seen)
    wording = typed_of(session, given)
    in_words(lambda: writing.write(session, found, wording, actor=viewer.actor, now=now()))
    return _to(found)


@router.post("/submit/{article}")
def submit(viewer: Writer, article: str, session: SessionDep, seen: Seen = "") -> Response:
    """送审."""
    return _act(session, article, TextAction.SUBMIT, "", seen, viewer)


@router.post("/approve/{article}")
def approve(viewer: Judge, article: str, session: SessionDep, seen: Seen = "") -> Response:
    """审核通过: never by who wrote it, and the text that was read alone."""
    return _act(session, article, TextAction.APPROVE, "", seen, viewer)


@router.post("/send_back/{article}")
def send_back(
    viewer: Judge, article: str, session: SessionDep, reason: Reason = "", seen: Seen = ""
) -> Response:
    """退回修改, with the reason."""
    return _act(session, article, TextAction.SEND_BACK, reason, seen, viewer)


@router.post("/publish/{article}")
def publish(viewer: Publisher, article: str, session: SessionDep, seen: Seen = "") -> Response:
    """发布: found by everybody from now on."""
    return _act(session, article, TextAction.PUBLISH, "", seen, viewer)


@router.post("/expire/{article}")
def expire(
    viewer: Publisher, article: str, session: SessionDep, reason: Reason = "", seen: Seen = ""
) -> Response:
    """失效: still there, said to be no longer true."""
    return _act(session, article, TextAction.EXPIRE, reason, seen, viewer)


@router.post("/dispute/{article}")
def dispute(viewer: Reporter, article: str, session: SessionDep, reason: Reason = "") -> Response:
    """纠错: in one key; the owner's time runs."""
    found = _find(session, article, lock=True)
    mistakes.report(session, found, reason, actor=viewer.actor, now=now())
    return _to(found)


@router.post("/verify/{article}")
def verify(
    viewer: Writer, article: str, session: SessionDep, outcome: Annotated[mistakes.Outcome, Form()]
) -> Response:
    """核实: what became of a report."""
    found = _find(session, article, lock=True)
    mistakes.close(session, found, outcome, actor=viewer.actor, now=now())
    return _to(found)


def _act(
    session: Session, article: str, action: TextAction, reason: str, seen: str, viewer: Viewer
) -> Response:
    found = _find(session, article, lock=True)
    number = seen_of(finding.texts(session, found), seen).number if seen else None

    def act() -> object:
        by = viewer.actor
        return life.act(session, found, action, reason=reason, number=number, actor=by, now=now())

    in_words(act)
    return _to(found)


def _find(session: Session, article: str, *, lock: bool = False) -> Article:
    return finding.find(session, article.replace("\0", ""), lock=lock)


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    article: Article | None,
    given: Typed,
    *,
    seen: str = "",
) -> Response:
    shown = {
        "viewer": viewer,
        "here": "articles",
        "as_of": now(),
        "article": article,
        "given": given,
        "seen": seen,
        "missing": list(Missing),
        "states": list(Language),
        "departments": names.accepting(session),
    }
    return templates.TemplateResponse(request, "answering/form.html", shown)


def _to(article: Article) -> Response:
    return RedirectResponse(f"{PAGE}/read/{article.code}", status_code=303)
