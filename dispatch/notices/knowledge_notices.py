"""What of the knowledge base somebody is reminded of: what to read, to answer, to look at again.

Each is told once: a reader the day before the last day and when it is past; a department of a
report (纠错), of a report that is late, and of articles whose day to be looked at again has come.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, func, select

from dispatch.notices.models_notices import StaffNotice
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from hotline.core.clock import BEIJING, beijing_day
from knowledge.articles import finding, must_read, readers
from knowledge.articles.mistakes import open_ones
from knowledge.articles.models_articles import ArticleText
from knowledge.articles.must_read import Asked
from knowledge.articles.readers import Reader
from knowledge.articles.states import TextStatus

BEFORE = timedelta(days=1)
YELLOW, RED = "yellow", "red"
READ, MISTAKE, REVIEW = "article_unread", "article_mistake", "article_review"
SAYS = frozenset({READ, MISTAKE, REVIEW})


def owed(session: Session, *, now: datetime) -> list[Owed]:
    """Return what has not been told yet."""
    found = [*_unread(session, now), *_mistakes(session, now), *_reviews(session, now)]
    told = _told(session, {each.about for each in found})
    return [each for each in found if (each.recipient, each.about) not in told]


def article_of(notice: StaffNotice) -> str:
    """Return the code of the article that a notice is about; empty for more than one."""
    kind, _, rest = notice.about.partition(":")
    return rest.partition(":")[0] if kind in (READ, MISTAKE) else ""


def _unread(session: Session, now: datetime) -> Iterator[Owed]:
    today, people = beijing_day(now), readers.everybody(session)
    for asked in must_read.asked_of(session, "", now=now):
        if today < asked.by_day - BEFORE:
            continue
        late = today > asked.by_day
        about = f"{READ}:{asked.article.code}:{asked.text.number}:{'late' if late else 'soon'}"
        for reader in _who_have_not(session, asked, people):
            recipient = f"{PERSON}{reader}"
            yield _owed(about, recipient, RED if late else YELLOW, READ, asked.by_day)


def _who_have_not(session: Session, asked: Asked, people: Sequence[Reader]) -> Sequence[str]:
    have = must_read.receipts(session, asked.article, asked.text.number)
    mine = readers.of_audience(session, must_read.audience_of(asked.asking), people)
    return [each.username for each in mine if each.username not in have]


def _mistakes(session: Session, now: datetime) -> Iterator[Owed]:
    for article, row in open_ones(session):
        recipient = f"department:{row.department_code}"
        late = row.due_at < now
        for when in ("told", "late")[: 1 + late]:
            about = f"{MISTAKE}:{article.code}:{row.id}:{when}"
            card = RED if when == "late" else YELLOW
            yield Owed(about, recipient, card, MISTAKE, "", "", "", row.due_at)


def _reviews(session: Session, now: datetime) -> Iterator[Owed]:
    """One for all that fell due by the same day: a department is told once, not per article."""
    newest = func.max(col(ArticleText.review_by))
    due = select(ArticleText.department_code, newest).where(
        ArticleText.status == TextStatus.PUBLISHED,
        col(ArticleText.review_by) <= beijing_day(now),
    )
    for department, day in session.exec(due.group_by(col(ArticleText.department_code))):
        if day:
            yield _owed(f"{REVIEW}:{day}", f"department:{department}", YELLOW, REVIEW, day)


def _owed(about: str, recipient: str, card: str, says: str, day: date) -> Owed:
    due = datetime.combine(day, time(23, 59), tzinfo=BEIJING)
    return Owed(about, recipient, card, says, "", "", "", due)


def _told(session: Session, about: Iterable[str]) -> set[tuple[str, str]]:
    known = select(StaffNotice.recipient, StaffNotice.about).where(
        col(StaffNotice.about).in_(about)
    )
    return set(session.exec(known))


def questions(session: Session, notices: Iterable[StaffNotice]) -> dict[str, str]:
    """Return the question of each article that a notice is about, by what the notice is about."""
    codes = {each.about: article_of(each) for each in notices if each.says in SAYS}
    asked = {code for code in codes.values() if code}
    found = finding.shown_by_code(session, asked)
    return {about: found[code].question for about, code in codes.items() if code in found}
