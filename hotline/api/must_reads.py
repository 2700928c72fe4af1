"""必读 over HTTP: what one must read, one's receipts, and who has read what."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session

from hotline.api.article_views import article_out, detail
from hotline.api.fields import Number
from hotline.api.schemas_articles import ArticleDetail
from hotline.api.schemas_must_reads import (
    ConfirmIn,
    MustReadIn,
    MustReadList,
    MustReadOut,
    ReaderOut,
    ReadersOut,
)
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from knowledge.articles import finding, must_read, reading
from knowledge.articles.models_articles import Article
from knowledge.articles.readers import Audience
from knowledge.articles.reading import Reading

router = APIRouter(prefix="/api/v1", tags=["articles"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ARTICLE_READ))]
Publisher = Annotated[Actor, Depends(permit(Permission.ARTICLE_PUBLISH))]
Watcher = Annotated[Actor, Depends(permit(Permission.READING_WATCH))]


@router.get("/must-reads", operation_id="list_must_reads", summary="What I must read (必读)")
def list_must_reads(actor: Reader, session: SessionDep) -> MustReadList:
    """Return what whoever asks must read and has not, what is due first at the top."""
    return _queue(session, actor)


@router.post(
    "/must-reads/{article}/confirm",
    operation_id="confirm_must_read",
    summary="I have read it (已读)",
    response_model=MustReadList,
    responses=WRITING,
)
def confirm_must_read(actor: Reader, article: Number, given: ConfirmIn, write: Writing) -> Any:
    """已读: from the first time on, and of the text that was read alone; return what is left."""

    def act() -> MustReadList:
        found = finding.find(write.session, article)
        number = given.text_version
        must_read.confirm(write.session, found, number, actor=actor, now=now())
        return _queue(write.session, actor)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.put(
    "/articles/{article}/must-read",
    operation_id="ask_to_read_article",
    summary="Have it read (设为必读)",
    response_model=ArticleDetail,
    responses=WRITING,
)
def ask_to_read_article(
    actor: Publisher, article: Number, given: MustReadIn, write: Writing
) -> Any:
    """设为必读: by a day, for whom it is meant; every new text of it asks again."""

    def act(row: Article) -> object:
        audience = Audience(tuple(given.roles), given.skill, given.district)
        return must_read.ask(write.session, row, given.by_day, audience, actor=actor, now=now())

    return _change(write, article, act, actor, given.model_dump_json())


@router.post(
    "/articles/{article}/must-read/end",
    operation_id="end_must_read",
    summary="Nobody has to read it any more (取消必读)",
    response_model=ArticleDetail,
    responses=WRITING,
)
def end_must_read(actor: Publisher, article: Number, write: Writing) -> Any:
    """取消必读: receipts are kept."""

    def act(row: Article) -> object:
        return must_read.end(write.session, row, actor=actor, now=now())

    return _change(write, article, act, actor, "")


@router.get(
    "/articles/{article}/readers", operation_id="list_article_readers", summary="Who has read it"
)
def list_article_readers(actor: Watcher, article: Number, session: SessionDep) -> ReadersOut:
    """Return who is asked and who has read the shown text, of the watcher's own district."""
    found = finding.find(session, article)
    return _readers(reading.of_article(session, found, watcher=actor, now=now()))


def _queue(session: Session, actor: Actor) -> MustReadList:
    asked = must_read.unread(session, actor, now=now())
    return MustReadList(
        items=[
            MustReadOut(article=article_out(each.article, each.text), by_day=each.by_day)
            for each in asked
        ]
    )


def _readers(found: Reading) -> ReadersOut:
    return ReadersOut(
        article=found.article.code,
        text_version=found.text.number,
        by_day=found.by_day,
        roles=found.asking.roles,
        skill=found.asking.skill,
        district=found.asking.district_code,
        asked=len(found.readers),
        read=found.read,
        readers=[
            ReaderOut(
                username=each.username,
                name=each.name,
                role=each.role,
                district=each.district,
                read_at=at,
            )
            for each, at in found.readers
        ],
    )


def _change(
    write: Write, article: str, act: Callable[[Article], object], actor: Actor, given: str
) -> Any:
    def find() -> Article:
        return finding.find(write.session, article, lock=True)

    return write.change(find, act, detail, actor, given)
