"""知识库 over HTTP: published articles are read by anybody; searching follows what is said."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from hotline.api.article_views import article_out, found_out
from hotline.api.fields import Code, Number, Text
from hotline.api.schemas_articles import (
    ArticleOut,
    ArticlePage,
    ArticlesFound,
    GapList,
    GapOut,
    HeardIn,
)
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from hotline.core.security import Permission, may
from hotline.web.access import SessionDep, actor_of, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next, row_after
from hotline.web.problems import READING
from hotline.web.turns import TurnIfUnknown
from knowledge import lineage
from knowledge.articles import finding, gaps
from knowledge.articles.wording import Language
from knowledge.searching import shelf, suggesting
from knowledge.searching.entries import Asked

router = APIRouter(prefix="/api/v1/articles", tags=["articles"], responses=READING)


class Anybody:
    """A dependency that lets everybody in, and yields who is signed in, if anybody is.

    It carries `permission`, so that a test can find the route that has none.
    """

    permission = Permission.PUBLISHED_READ

    def __call__(self, _turn: TurnIfUnknown, request: Request, session: SessionDep) -> Actor | None:
        return actor_of(request, session)


Asker = Annotated[Actor | None, Depends(Anybody())]
Reader = Annotated[Actor, Depends(permit(Permission.ARTICLE_READ))]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Query200 = Annotated[Text, Query(max_length=200)]


@router.get("", operation_id="list_articles", summary="List what is published (知识库)")
def list_articles(
    _asker: Asker,
    request: Request,
    response: Response,
    session: SessionDep,
    department: Code = "",
    district: Code = "",
    bo_state: Annotated[Language | None, Query(description="stale: 藏文待更新.")] = None,
    cursor: Annotated[Text, Query(max_length=20)] = "",
    limit: Limit = DEFAULT_LIMIT,
) -> ArticlePage:
    """Return published articles, expired ones said to be so, page by page."""
    rows = finding.listed(
        session,
        department=department,
        district=district,
        bo_state=bo_state or "",
        after=row_after(cursor),
        limit=limit + 1,
    )
    page = rows[:limit]
    following = str(page[-1][0].id) if len(rows) > limit else None
    link_next(request, response, following)
    return ArticlePage(items=[article_out(*each) for each in page], next=following)


@router.get("/search", operation_id="search_articles", summary="Search (检索)")
def search_articles(
    asker: Asker,
    session: SessionDep,
    q: Query200,
    department: Code = "",
    district: Code = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> ArticlesFound:
    """Return what answers `q` best; no good answer to somebody inside becomes a gap."""
    places = lineage.upwards(session, district) if district else ()
    asked = Asked(q, beijing_day(now()), places, department, limit)
    found = found_out(session, shelf.search(session, asked))
    if not found.good and asker and may(asker, Permission.ARTICLE_REPORT):
        gaps.note(session, q, district=district, now=now())
    return found


@router.post("/suggest", operation_id="suggest_articles", summary="Suggest while they talk (建议)")
def suggest_articles(_actor: Reader, given: HeardIn, session: SessionDep) -> ArticlesFound:
    """Return the three articles that may answer what was said last; the words are not kept."""
    places = lineage.upwards(session, given.district) if given.district else ()
    today = beijing_day(now())
    index = shelf.current(session, on=today)
    found = suggesting.suggest(index, given.text, on=today, districts=places)
    return found_out(session, found)


@router.get("/gaps", operation_id="list_article_gaps", summary="What is asked in vain (知识缺口)")
def list_article_gaps(_actor: Reader, session: SessionDep) -> GapList:
    """Return what was asked most without a good answer, masked."""
    return GapList(items=[GapOut.model_validate(each) for each in gaps.open_ones(session)])


@router.get("/{article}", operation_id="read_article", summary="Read one (知识点)")
def read_article(_asker: Asker, article: Number, session: SessionDep) -> ArticleOut:
    """Return the published text, or the one that expired; a draft is not there."""
    found = finding.find(session, article)
    text = finding.shown(session, found)
    if text is None:
        raise NotFound(f"There is no article {article!r}.")
    return article_out(found, text)
