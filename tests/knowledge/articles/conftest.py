"""Editors, a supervisor, and an article of ours; no index outlives its test."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from knowledge.articles import life, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.states import TextAction
from knowledge.articles.wording import Wording
from knowledge.searching import shelf
from tests.conftest import session

__all__ = ["session"]  # the seeded one: the knowledge tests beside these begin with nothing

EDITOR = Actor("editor-1", Role.EDITOR)
OTHER = Actor("editor-2", Role.EDITOR)
SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR)
AGENT = Actor("agent-1", Role.AGENT)
LAMP = Wording(
    question="路灯不亮怎么报修？",
    say="请告诉我路名和灯杆编号，我登记转城管维修。",
    send="路灯故障请报路名和灯杆编号。",
    department_code="540100-urban",
    valid_from=date(2026, 1, 1),
    variants=("路灯坏了", "街灯不亮"),
    matter_codes=("010101",),
)


@pytest.fixture(autouse=True)
def fresh_shelf() -> Iterator[None]:
    """What a test published is rolled back: the index must not know it any longer."""
    shelf.forget()
    yield
    shelf.forget()


def published(session: Session, wording: Wording, now: datetime) -> Article:
    """Return the article that says this, published by the book."""
    article = writing.create(session, wording, actor=EDITOR, now=now)
    publish(session, article, now)
    return article


def publish(session: Session, article: Article, now: datetime) -> None:
    """Take the article's draft through its life."""
    life.act(session, article, TextAction.SUBMIT, actor=EDITOR, now=now)
    life.act(session, article, TextAction.APPROVE, actor=OTHER, now=now)
    life.act(session, article, TextAction.PUBLISH, actor=SUPERVISOR, now=now)
