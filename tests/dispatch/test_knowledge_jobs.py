"""The knowledge base's clock: texts begin on their day, by the schedule, and once."""

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch import knowledge_jobs
from dispatch.schedule import SWEEPS
from hotline.core import events
from hotline.core.clock import beijing_day
from knowledge.articles import finding, life, writing
from tests.knowledge.articles.conftest import EDITOR, LAMP, publish, published


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


def test_it_is_looked_for_every_minute() -> None:
    every = {each.job: each.every_s for each in SWEEPS}
    assert every["dispatch.knowledge_jobs.begin_texts"] == 60
    assert "dispatch.knowledge_jobs.remind" in every
