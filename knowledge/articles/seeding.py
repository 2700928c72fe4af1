"""The package's own articles: samples written from common knowledge, published as such.

Each says that its owner still has to confirm it. A newer package renews what nobody changed; what
an editor wrote in stays as they left it.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from sqlmodel import Session, select

from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import Audience, EventType
from knowledge.articles import changes, finding, life
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextAction, TextStatus, advance_text
from knowledge.articles.wording import Wording, columns
from knowledge.models import Department
from knowledge.seed import SeedReport

Worded = tuple[Article, Wording]
SOURCE = "样例内容：依公开常识编写，待主管部门确认"
SINCE = date(2026, 1, 1)


def packaged() -> Iterator[tuple[str, Wording]]:
    """Yield each packaged article's code and wording."""
    folder = files("knowledge") / "data" / "articles"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for row in tomllib.loads(file.read_text(encoding="utf-8"))["article"]:
                yield row["code"], _wording(row)


def seed(session: Session, *, now: datetime) -> SeedReport:
    """Bring the packaged articles into the tables; running it again changes nothing.

    One whose department the site does not have is left out.
    """
    report, new, changed = SeedReport(), [], []
    known = set(session.exec(select(Department.code)))
    present = {each.code: each for each in session.exec(select(Article))}
    for code, wording in packaged():
        article = present.get(code)
        if wording.department_code not in known or (article and not article.seed):
            report += SeedReport(kept=1)
        elif article is None:
            new.append((_new(code, now), wording))
        elif article.seed == _digest(wording):
            report += SeedReport(unchanged=1)
        else:
            changed.append((article, wording))
    _publish(session, new, changed, now)
    return report + SeedReport(added=len(new), renewed=len(changed))


def _publish(session: Session, new: list[Worded], changed: list[Worded], now: datetime) -> None:
    """Show these texts, all by one number: whoever searches learns of them at once."""
    if not new and not changed:
        return
    number = changes.take(session)
    texts = {article.code: 1 for article, _ in new}
    for article, _ in changed:
        texts[article.code] = _replaced(session, article)
    shown = [*new, *changed]
    for article, wording in shown:
        article.seed, article.changed = _digest(wording), number
        article.version += 1
        session.add(article)
    session.flush()
    for article, wording in shown:
        session.add(_text(article, wording, texts[article.code], now))
    session.flush()
    events.append_many(session, [_news(*each, texts[each[0].code], now) for each in shown])


def _replaced(session: Session, article: Article) -> int:
    """Put the article's shown text aside; return the number of the next."""
    before = finding.shown(session, article)
    if before:
        before.status = advance_text(TextStatus(before.status), TextAction.REPLACE)
        session.add(before)
        session.flush()
    return finding.last_number(session, article) + 1


def _text(article: Article, wording: Wording, number: int, now: datetime) -> ArticleText:
    return ArticleText(
        article_id=article.id or 0,
        number=number,
        status=TextStatus.PUBLISHED,
        drafted_at=now,
        drafted_by=str(MACHINE),
        published_at=now,
        published_by=str(MACHINE),
        **columns(wording),
    )


def _news(article: Article, wording: Wording, number: int, now: datetime) -> events.News:
    refs = {
        "article": article.code,
        "text_version": number,
        "department": wording.department_code,
    }
    published, audience = EventType.ARTICLE_PUBLISHED, Audience.INTERNAL
    return events.News(published, life.chain(article), str(MACHINE), now, audience, refs)


def _new(code: str, now: datetime) -> Article:
    return Article(code=code, created_at=now, created_by=str(MACHINE), version=0)


def _wording(row: dict[str, Any]) -> Wording:
    return Wording(
        question=row["question"],
        say=row["say"],
        send=row["send"],
        department_code=row["department"],
        valid_from=SINCE,
        variants=tuple(row["variants"]),
        source=SOURCE,
        matter_codes=tuple(row["matters"]),
        missing=tuple(row["missing"]),
        review_by=SINCE,  # at once: its owner has not seen it
        sample=True,
    )


def _digest(wording: Wording) -> str:
    content = json.dumps(columns(wording), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
