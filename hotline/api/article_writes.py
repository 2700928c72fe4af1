"""撰写、审核、发布、纠错 over HTTP: each on the version that was seen, and once."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from hotline.api.article_views import detail, wording_of
from hotline.api.fields import Number
from hotline.api.schemas_articles import ArticleDetail, ArticleIn, OutcomeIn, SentBackIn, WhyIn
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag
from knowledge.articles import finding, life, mistakes, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.states import TextAction

router = APIRouter(prefix="/api/v1/articles", tags=["articles"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ARTICLE_READ))]
Reporter = Annotated[Actor, Depends(permit(Permission.ARTICLE_REPORT))]
Writer = Annotated[Actor, Depends(permit(Permission.ARTICLE_WRITE))]
Judge = Annotated[Actor, Depends(permit(Permission.ARTICLE_REVIEW))]
Publisher = Annotated[Actor, Depends(permit(Permission.ARTICLE_PUBLISH))]
_WRITES: dict[str, Any] = {"response_model": ArticleDetail, "responses": WRITING}


@router.get(
    "/{article}/texts", operation_id="list_article_texts", summary="All its versions (历史版本)"
)
def list_article_texts(
    _actor: Reader, article: Number, session: SessionDep, response: Response
) -> ArticleDetail:
    """Return every text of the article, drafts too, and the report that is open about it."""
    shown = detail(session, finding.find(session, article))
    tag(response, shown.version)
    return shown


@router.post("", operation_id="create_article", status_code=201, summary="Draft (撰写)", **_WRITES)
def create_article(actor: Writer, given: ArticleIn, write: Writing) -> Any:
    """撰写: return a new article with its first draft."""

    def act() -> ArticleDetail:
        made = writing.create(write.session, wording_of(given), actor=actor, now=now())
        return detail(write.session, made)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.put("/{article}", operation_id="write_article", summary="Change the draft", **_WRITES)
def write_article(actor: Writer, article: Number, given: ArticleIn, write: Writing) -> Any:
    """Change the draft, or begin the next; what is published stays."""

    def act(row: Article) -> object:
        return writing.write(write.session, row, wording_of(given), actor=actor, now=now())

    return _change(write, article, act, actor, given.model_dump_json())


@router.post("/{article}/submit", operation_id="submit_article", summary="Submit (送审)", **_WRITES)
def submit_article(actor: Writer, article: Number, write: Writing) -> Any:
    """送审: somebody else judges it."""
    return _act(write, article, TextAction.SUBMIT, "", actor)


@router.post(
    "/{article}/approve", operation_id="approve_article", summary="Approve (审核)", **_WRITES
)
def approve_article(actor: Judge, article: Number, write: Writing) -> Any:
    """审核通过: never by its author."""
    return _act(write, article, TextAction.APPROVE, "", actor)


@router.post(
    "/{article}/send-back", operation_id="send_back_article", summary="Send back (退回)", **_WRITES
)
def send_back_article(actor: Judge, article: Number, given: SentBackIn, write: Writing) -> Any:
    """退回修改: with the reason; a text that was to begin later is stopped by it."""
    number = given.text_version
    return _act(write, article, TextAction.SEND_BACK, given.reason, actor, number)


@router.post(
    "/{article}/publish", operation_id="publish_article", summary="Publish (发布)", **_WRITES
)
def publish_article(actor: Publisher, article: Number, write: Writing) -> Any:
    """发布: found by everybody at once; the former text is kept."""
    return _act(write, article, TextAction.PUBLISH, "", actor)


@router.post("/{article}/expire", operation_id="expire_article", summary="End (失效)", **_WRITES)
def expire_article(actor: Publisher, article: Number, given: WhyIn, write: Writing) -> Any:
    """失效: shown no longer as an answer, with the reason."""
    return _act(write, article, TextAction.EXPIRE, given.reason, actor)


@router.post(
    "/{article}/mistakes", operation_id="report_article", summary="Report (纠错)", **_WRITES
)
def report_article(actor: Reporter, article: Number, given: WhyIn, write: Writing) -> Any:
    """纠错: the owner's time runs from the first report."""

    def act(row: Article) -> object:
        return mistakes.report(write.session, row, given.reason, actor=actor, now=now())

    return _change(write, article, act, actor, given.model_dump_json())


@router.post(
    "/{article}/verify", operation_id="verify_article", summary="Answer a report (核实)", **_WRITES
)
def verify_article(actor: Writer, article: Number, given: OutcomeIn, write: Writing) -> Any:
    """核实: what became of the report."""

    def act(row: Article) -> object:
        return mistakes.close(write.session, row, given.outcome, actor=actor, now=now())

    return _change(write, article, act, actor, given.model_dump_json())


def _act(
    write: Write,
    article: str,
    action: TextAction,
    reason: str,
    actor: Actor,
    number: int | None = None,
) -> Any:
    def act(row: Article) -> object:
        session = write.session
        return life.act(session, row, action, reason=reason, number=number, actor=actor, now=now())

    return _change(write, article, act, actor, f"{number or ''} {reason}")


def _change(
    write: Write, article: str, act: Callable[[Article], object], actor: Actor, given: str
) -> Any:
    def find() -> Article:
        return finding.find(write.session, article, lock=True)

    return write.change(find, act, detail, actor, given)
