"""The knowledge base's clock: texts begin on their day, by the schedule, and once."""

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from dispatch import knowledge_jobs
from dispatch.notices import knowledge_notices, staff_notices
from dispatch.notices.models_notices import StaffNotice
from dispatch.schedule import SWEEPS
from hotline.core import events
from hotline.core.clock import beijing_day
from knowledge.articles import finding, life, writing
from knowledge.articles.states import TextAction
from tests.knowledge.articles.conftest import EDITOR, LAMP, SUPERVISOR, publish, published


def test_a_text_begins_on_its_day_without_anybody_doing_a_thing(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = published(session, LAMP, now)
    later = replace(LAMP, say="从那天起照这个说。", valid_from=beijing_day(now) + timedelta(days=2))
    writing.write(session, article, later, actor=EDITOR, now=now)
    publish(session, article, now)
    monkeypatch.setattr(knowledge_jobs, "transaction", lambda: contextlib.nullcontext(session))
    for day in (0, 1, 2, 2):
        monkeypatch.setattr(knowledge_jobs, "now", lambda day=day: now + timedelta(days=day))
        knowledge_jobs.begin_texts()
        knowledge_jobs.remind()
        shown = finding.shown(session, article)
        assert shown
        assert (shown.say == later.say) is (day == 2)
    told = [each.type for each in events.history(session, life.chain(article))]
    assert told.count("article.began") == 1


def test_a_department_is_told_when_another_article_joins_those_that_are_due(
    session: Session, now: datetime
) -> None:
    def told(days: int) -> int:
        at = now + timedelta(days=days)
        staff_notices.owe(session, knowledge_notices.owed(session, now=at), now=at)
        mine = StaffNotice.says == knowledge_notices.REVIEW
        return session.exec(select(func.count()).select_from(StaffNotice).where(mine)).one()

    today = beijing_day(now)
    lamp = published(session, replace(LAMP, review_by=today + timedelta(days=4)), now)
    assert [told(days) for days in (3, 4, 5)] == [0, 1, 1]
    # Published later, and due since longer.
    late = replace(LAMP, question="路灯怎么报修？", review_by=today + timedelta(days=2))
    published(session, late, now + timedelta(days=5, hours=1))
    assert [told(days) for days in (6, 7)] == [2, 2]
    ninth = today + timedelta(days=9)
    later = replace(LAMP, question="路灯谁来修？", review_by=today, valid_from=ninth)
    coming = published(session, later, now + timedelta(days=7))
    assert told(8) == 2
    life.begin(session, coming, now=now + timedelta(days=9))
    assert told(9) == 3
    # One is looked at: of the rest the department has been told.
    life.act(session, coming, TextAction.EXPIRE, reason="已改", actor=SUPERVISOR, now=now)
    life.act(session, lamp, TextAction.EXPIRE, reason="已改", actor=SUPERVISOR, now=now)
    assert told(10) == 3


def test_it_is_looked_for_every_minute() -> None:
    every = {each.job: each.every_s for each in SWEEPS}
    assert every["dispatch.knowledge_jobs.begin_texts"] == 60
    assert "dispatch.knowledge_jobs.remind" in every
