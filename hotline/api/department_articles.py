"""本单位的知识 over HTTP: a department writes its own articles and answers reports about them.

Who judges and publishes them works at the hotline. Another department's article is not there.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from hotline.api.article_views import own_detail, own_wording, owned_out
from hotline.api.fields import Number, Text
from hotline.api.schemas_articles import ArticleDetail, OutcomeIn, OwnArticleIn, OwnArticlePage
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next, row_after
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag
from knowledge.articles import life, mistakes, owning, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.owning import Waiting
from knowledge.articles.states import TextAction

router = APIRouter(
    prefix="/api/v1/department-articles", tags=["department articles"], responses=READING
)

Reader = Annotated[Actor, Depends(permit(Permission.OWN_ARTICLE_READ))]
Writer = Annotated[Actor, Depends(permit(Permission.OWN_ARTICLE_WRITE))]
_WRITES: dict[str, Any] = {"response_model": ArticleDetail, "responses": WRITING}


@router.get("", operation_id="list_own_articles", summary="List one's own (本单位的知识)")
def list_own_articles(
    actor: Reader,
    request: Request,
    response: Response,
    session: SessionDep,
    waiting: Waiting | None = None,
    cursor: Annotated[Text, Query(max_length=20)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> OwnArticlePage:
    """Return the department's articles, each with its next text and the report about it."""
    rows = owning.listed(
        session,
        actor.department,
        waiting=waiting,
        on=beijing_day(now()),
        after=row_after(cursor),
        limit=limit + 1,
    )
    page = rows[:limit]
    following = str(page[-1].article.id) if len(rows) > limit else None
    link_next(request, response, following)
    return OwnArticlePage(items=[owned_out(each) for each in page], next=following)


@router.get("/{article}", operation_id="read_own_article", summary="All its versions (历史版本)")
def read_own_article(
    actor: Reader, article: Number, session: SessionDep, response: Response
) -> ArticleDetail:
    """Return every text of the department's article, and the report that is open about it."""
    found = owning.find(session, article, actor=actor)
    shown = own_detail(session, found, department=actor.department)
    tag(response, shown.version)
    return shown


@router.post(
    "", operation_id="create_own_article", status_code=201, summary="Draft (撰写)", **_WRITES
)
def create_own_article(actor: Writer, given: OwnArticleIn, write: Writing) -> Any:
    """撰写: return a new article of the department's with its first draft."""

    def act() -> ArticleDetail:
        wording = own_wording(given, actor.department)
        made = writing.create(write.session, wording, actor=actor, now=now())
        return own_detail(write.session, made, department=actor.department)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.put("/{article}", operation_id="write_own_article", summary="Change the draft", **_WRITES)
def write_own_article(actor: Writer, article: Number, given: OwnArticleIn, write: Writing) -> Any:
    """Change the draft, or begin the next; what is published stays."""

    def act(row: Article) -> object:
        wording = own_wording(given, actor.department)
        return writing.write(write.session, row, wording, actor=actor, now=now())

    return _change(write, article, act, actor, given.model_dump_json())


@router.post(
    "/{article}/submit", operation_id="submit_own_article", summary="Submit (送审)", **_WRITES
)
def submit_own_article(actor: Writer, article: Number, write: Writing) -> Any:
    """送审: the hotline's editors judge it."""

    def act(row: Article) -> object:
        return life.act(write.session, row, TextAction.SUBMIT, actor=actor, now=now())

    return _change(write, article, act, actor, "")


@router.post(
    "/{article}/verify",
    operation_id="verify_own_article",
    summary="Answer a report (核实)",
    **_WRITES,
)
def verify_own_article(actor: Writer, article: Number, given: OutcomeIn, write: Writing) -> Any:
    """核实: what became of the report."""

    def act(row: Article) -> object:
        return mistakes.close(write.session, row, given.outcome, actor=actor, now=now())

    return _change(write, article, act, actor, given.model_dump_json())


def _change(
    write: Write, article: str, act: Callable[[Article], object], actor: Actor, given: str
) -> Any:
    def find() -> Article:
        return owning.find(write.session, article, actor=actor, lock=True)

    def show(session: Session, row: Article) -> ArticleDetail:
        return own_detail(session, row, department=actor.department)

    return write.change(find, act, show, actor, given)
