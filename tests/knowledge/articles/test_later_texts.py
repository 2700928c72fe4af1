"""A text of a later day beside another that is under way: each step meets the one it is for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from knowledge import open_data
from knowledge.articles import finding, life, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.states import TextAction, TextStatus
from knowledge.open_data import Dataset
from tests.knowledge.articles.conftest import EDITOR, LAMP, OTHER, publish, published

LATER = timedelta(days=5)


@pytest.fixture
def waiting(session: Session, now: datetime) -> Article:
    """An article with a text that is shown (1) and one that begins later (2)."""
    article = published(session, LAMP, now)
    later = replace(LAMP, say="从那天起照这个说。", valid_from=beijing_day(now) + LATER)
    writing.write(session, article, later, actor=EDITOR, now=now)
    publish(session, article, now)
    return article


def statuses(session: Session, article: Article) -> list[str]:
    """Return where the texts stand, the oldest first."""
    return [str(each.status) for each in reversed(finding.texts(session, article))]


def back(
    session: Session, article: Article, now: datetime, number: int | None = None, reason: str = "停"
) -> int:
    """Send a text back; return its number."""
    return life.act(
        session,
        article,
        TextAction.SEND_BACK,
        reason=reason,
        number=number,
        actor=OTHER,
        now=now,
    ).number


def test_it_is_stopped_while_a_draft_is_under_way(
    session: Session, now: datetime, waiting: Article
) -> None:
    writing.write(session, waiting, replace(LAMP, send="改过"), actor=EDITOR, now=now)
    with pytest.raises(Invalid):
        back(session, waiting, now, reason="")
    assert back(session, waiting, now) == 2
    assert statuses(session, waiting) == ["published", "replaced", "draft"]
    assert life.begin(session, waiting, now=now + LATER) is None
    with pytest.raises(Conflict):
        back(session, waiting, now)


def test_of_two_that_can_go_back_the_number_says_which(
    session: Session, now: datetime, waiting: Article
) -> None:
    writing.write(session, waiting, replace(LAMP, send="改过"), actor=EDITOR, now=now)
    life.act(session, waiting, TextAction.SUBMIT, actor=EDITOR, now=now)
    assert back(session, waiting, now, number=2) == 2
    assert statuses(session, waiting) == ["published", "replaced", "review"]
    assert back(session, waiting, now) == 3
    with pytest.raises(Conflict):
        back(session, waiting, now, number=9)


def test_alone_it_is_a_draft_again(session: Session, now: datetime, waiting: Article) -> None:
    assert back(session, waiting, now) == 2
    assert statuses(session, waiting) == ["published", TextStatus.DRAFT]


def test_open_data_has_changed_when_it_begins(
    session: Session, now: datetime, waiting: Article
) -> None:
    before = open_data.state(session, Dataset.ARTICLES)
    begun = now.replace(microsecond=0) + LATER
    assert life.begin(session, waiting, now=begun)
    session.flush()
    after = open_data.state(session, Dataset.ARTICLES)
    assert after.version > before.version
    assert after.modified == begun > before.modified
