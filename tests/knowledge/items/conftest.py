"""Editors, a supervisor, and an item of ours; no index outlives its test."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from knowledge.articles.states import TextAction
from knowledge.items import life, searching, writing
from knowledge.items.checks import ItemKey
from knowledge.items.content import Across, Content, Window
from knowledge.items.models_items import ServiceItem
from tests.conftest import session

__all__ = ["session"]  # the seeded one: the knowledge tests beside these begin with nothing

EDITOR = Actor("editor-1", Role.EDITOR)
OTHER = Actor("editor-2", Role.EDITOR)
SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR)
YAK = Content(
    name="牦牛运输备案",
    kind="公共服务",
    department_code="540000-agriculture",
    valid_from=date(2026, 1, 1),
    basis=("《示例办法》第一条",),
    authority="由乡镇受理",
    conditions=("有免疫记录",),
    steps=("申请", "核对"),
    materials=("身份证（原件）", "免疫记录"),
    outcome="备案回执",
    aliases=("运牦牛",),
    matter_codes=("100103",),
    windows=(Window("乡镇便民服务中心"),),
    across=(Across("510000", "代收代办"),),
)
KEY = ItemKey("sample-yak", "540000")


@pytest.fixture(autouse=True)
def fresh_index() -> Iterator[None]:
    """What a test published is rolled back: the index must not know it any longer."""
    searching.forget()
    yield
    searching.forget()


def published(
    session: Session, content: Content, now: datetime, *, key: ItemKey = KEY
) -> ServiceItem:
    """Return the item that says this, published by the book."""
    item = writing.create(session, key, content, actor=EDITOR, now=now)
    publish(session, item, now)
    return item


def publish(session: Session, item: ServiceItem, now: datetime) -> None:
    """Take the item's draft through its life."""
    life.act(session, item, TextAction.SUBMIT, actor=EDITOR, now=now)
    life.act(session, item, TextAction.APPROVE, actor=OTHER, now=now)
    life.act(session, item, TextAction.PUBLISH, actor=SUPERVISOR, now=now)
