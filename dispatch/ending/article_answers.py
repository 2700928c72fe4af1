"""知识答复: what an agent does with an article while they talk: read out, send, close by it."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from dispatch import history, intake
from dispatch.drafting import drafts, finishing
from dispatch.drafting.drafts import FieldName, Form
from dispatch.ending import answers
from dispatch.ending.answers import Told
from dispatch.models import Ticket
from dispatch.notices import caller_notices
from dispatch.terms import RequestType
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import Audience, EventType
from knowledge.articles import finding
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextStatus
from knowledge.articles.wording import wording_of
from telephony import records
from telephony.models import Call


def read_out(
    session: Session, call: Call, article: Article, *, actor: Actor, now: datetime
) -> ArticleText:
    """读出: note that this was told to the caller; return its text."""
    text = told_by(session, article, now=now)
    _note(session, call, article, text, actor, now)
    return text


def send(session: Session, call: Call, article: Article, *, actor: Actor, now: datetime) -> Ticket:
    """发送: owe the requester the article's words by message.

    Raises Conflict for a call that is no ticket yet: a message belongs to one; and for an article
    that has nothing to send.
    """
    ticket = intake.registered_from(session, call.id)
    if ticket is None:
        raise Conflict("This call is no ticket yet.", remedy="Register it, then send.")
    _send(session, ticket, article, told_by(session, article, now=now), actor=actor, now=now)
    return ticket


def answer(
    session: Session,
    call: Call,
    article: Article,
    *,
    home: str,
    with_message: bool = False,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """答复并办结: register the call by its form and close it by the article, its source.

    What the form does not say is what the article is about. Raises as `finishing.register` and
    `answers.answer` do.
    """
    text = told_by(session, article, now=now)
    form = _filled(drafts.load(session, call, actor).form, text)
    ticket = finishing.register(session, call, form, home=home, actor=actor, now=now)
    session.flush()
    if with_message:
        _send(session, ticket, article, text, actor=actor, now=now)
    told = Told(text.say, f"知识库 {article.code} 第{text.number}版")
    return answers.answer(session, ticket, told, actor=actor, now=now)


def told_by(session: Session, article: Article, *, now: datetime) -> ArticleText:
    """Return the published text; raise NotFound for one that is not in force today.

    It is told to nobody before its first day, nor once it has expired or its last day is over.
    """
    text = finding.shown(session, article)
    if text is None or text.status != TextStatus.PUBLISHED:
        raise NotFound(f"Article {article.code} is not published.")
    if not wording_of(text).holds_on(beijing_day(now)):
        raise NotFound(f"Article {article.code} does not hold today.")
    return text


def _filled(form: Form, text: ArticleText) -> Form:
    values = dict(form.values)
    if not form.of(FieldName.SUMMARY):
        values[FieldName.SUMMARY.value] = f"咨询：{text.question}"
    if not form.of(FieldName.REQUEST_TYPE):
        values[FieldName.REQUEST_TYPE.value] = RequestType.INQUIRY.value
    return replace(form, values=values)


def _send(
    session: Session,
    ticket: Ticket,
    article: Article,
    text: ArticleText,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not text.send.strip():
        raise Conflict(
            f"Article {article.code} has no words to send.", remedy="Read it out instead."
        )
    words = {"question": text.question, "text": text.send}
    caller_notices.owe(session, ticket, caller_notices.ARTICLE, now=now, **words)
    history.record(
        session,
        ticket,
        EventType.TICKET_ARTICLE_SENT,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        article=article.code,
    )


def _note(
    session: Session, call: Call, article: Article, text: ArticleText, actor: Actor, at: datetime
) -> None:
    refs = {"article": article.code, "text_version": text.number}
    records.note(session, EventType.ARTICLE_READ_OUT, call, at, actor=str(actor), **refs)
