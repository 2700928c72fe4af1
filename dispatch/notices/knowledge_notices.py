"""What of the knowledge base somebody is reminded of: what to read, to answer, to look at again.

Each is told once: a reader the day before the last day and when it is past; a department of a
report (纠错), of a report that is late, and of articles whose day to be looked at again has come.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, cast
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from dispatch.notices.models_notices import StaffNotice
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from hotline.core.accounts import Account
from hotline.core.clock import BEIJING, beijing, beijing_day
from knowledge import lineage
from knowledge.articles import finding, must_read, readers
from knowledge.articles.models_articles import Article, ArticleMistake, ArticleText
from knowledge.articles.models_reading import ReadReceipt
from knowledge.articles.must_read import Asked
from knowledge.articles.states import TextStatus

BEFORE = timedelta(days=1)
AT_ONCE = 500  # of one kind in a sweep
YELLOW, RED = "yellow", "red"
READ, MISTAKE, REVIEW = "article_unread", "article_mistake", "article_review"
SAYS = frozenset({READ, MISTAKE, REVIEW})


def owed(session: Session, *, now: datetime) -> list[Owed]:
    """Return what has not been told yet."""
    found = [*_reviews(session, now)]
    told = _told(session, found)
    reviews = [each for each in found if (each.recipient, each.about) not in told]
    return [*_unread(session, now), *_mistakes(session, now), *reviews]


def article_of(notice: StaffNotice) -> str:
    """Return the code of the article that a notice is about; empty for more than one."""
    kind, _, rest = notice.about.partition(":")
    return rest.partition(":")[0] if kind in (READ, MISTAKE) else ""


def _unread(session: Session, now: datetime) -> Iterator[Owed]:
    today, people = beijing_day(now), readers.everybody(session)
    above = lineage.parents(session)
    for asked in must_read.asked_of(session, "", now=now):
        if today < asked.by_day - BEFORE:
            continue
        which = f"{asked.article.code}:{asked.text.number}:{asked.by_day}"  # asked anew: told anew
        soon, late = (f"{READ}:{which}:{when}" for when in ("soon", "late"))
        waiting = _waiting(session, asked, soon, late)
        maybe = [each for each in people if each.username in waiting]
        audience = must_read.audience_of(asked.asking)
        for reader in readers.of_audience(session, audience, maybe, above=above):
            recipient = f"{PERSON}{reader.username}"
            day = must_read.last_day(asked.asking, asked.by_day, reader)
            if today > day:
                yield _owed(late, recipient, RED, READ, day)
            elif today >= day - BEFORE and not waiting[reader.username]:
                yield _owed(soon, recipient, YELLOW, READ, day)


def _waiting(session: Session, asked: Asked, soon: str, late: str) -> dict[str, bool]:
    """Return who has not read it and was not told that it is late, and whether they were told."""
    read = columns(col(ReadReceipt.reader)).where(
        col(ReadReceipt.article_id) == asked.article.id,
        col(ReadReceipt.text_number) == asked.text.number,
        col(ReadReceipt.reader) == col(Account.username),
    )
    person = func.concat(PERSON, Account.username)
    found = columns(col(Account.username), _is_told(person, soon)).where(
        col(Account.role).in_(asked.asking.roles),
        col(Account.disabled_at).is_(None),
        ~read.exists(),
        ~_is_told(person, late),
    )
    return dict(session.execute(found).all())


def _mistakes(session: Session, now: datetime) -> Iterator[Owed]:
    """Return the first of those that nobody was told of; the next sweep finds the next."""
    for when, card in (("told", YELLOW), ("late", RED)):
        about = func.concat(f"{MISTAKE}:", Article.code, ":", ArticleMistake.id, f":{when}")
        recipient = func.concat("department:", ArticleMistake.department_code)
        found = (
            columns(about, recipient, col(ArticleMistake.due_at))
            .join(Article, col(Article.id) == ArticleMistake.article_id)
            .where(col(ArticleMistake.closed_at).is_(None), ~_is_told(recipient, about))
            .order_by(col(ArticleMistake.due_at), col(ArticleMistake.id))
            .limit(AT_ONCE)
        )
        if when == "late":
            found = found.where(col(ArticleMistake.due_at) < now)
        for name, owner, due in session.execute(found):
            yield Owed(name, owner, card, MISTAKE, "", "", "", due)


def _is_told(recipient: Any, about: Any) -> ColumnElement[bool]:
    """Return the condition that there is such a notice already."""
    return (
        columns(col(StaffNotice.id))
        .where(col(StaffNotice.recipient) == recipient, col(StaffNotice.about) == about)
        .exists()
    )


def _reviews(session: Session, now: datetime) -> Iterator[Owed]:
    """One for all that are due, told again when another joins them: by its day, or published late.

    The moment of the last that joined names it: who has looked at some is not told of the rest.
    """
    day, begins = col(ArticleText.review_by), col(ArticleText.valid_from)
    joined = func.greatest(_dawn(day), _dawn(begins), col(ArticleText.published_at))
    due = select(ArticleText.department_code, func.max(day), func.max(joined)).where(
        ArticleText.status == TextStatus.PUBLISHED, day <= beijing_day(now)
    )
    for department, newest, at in session.exec(due.group_by(col(ArticleText.department_code))):
        if newest:
            about = f"{REVIEW}:{beijing(at).isoformat()}"
            yield _owed(about, f"department:{department}", YELLOW, REVIEW, newest)


def _dawn(day: Any) -> ColumnElement[datetime]:
    """Return the first moment of the day."""
    return func.timezone(BEIJING.key, cast(day, DateTime()))


def _owed(about: str, recipient: str, card: str, says: str, day: date) -> Owed:
    due = datetime.combine(day, time(23, 59), tzinfo=BEIJING)
    return Owed(about, recipient, card, says, "", "", "", due)


def _told(session: Session, owed: Sequence[Owed]) -> set[tuple[str, str]]:
    known = select(StaffNotice.recipient, StaffNotice.about).where(
        col(StaffNotice.recipient).in_({each.recipient for each in owed}),
        col(StaffNotice.about).in_({each.about for each in owed}),
    )
    return set(session.exec(known))


def questions(session: Session, notices: Iterable[StaffNotice]) -> dict[str, str]:
    """Return the question of each article that a notice is about, by what the notice is about."""
    codes = {each.about: article_of(each) for each in notices if each.says in SAYS}
    asked = {code for code in codes.values() if code}
    found = finding.shown_by_code(session, asked)
    return {about: found[code].question for about, code in codes.items() if code in found}
