"""What one process publishes, another finds by its next question: PostgreSQL tells it, not Redis.

Issue 9 asks for two seconds; whoever asks after the commit is answered by what it left.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from hotline.core.clock import beijing_day
from knowledge.articles import finding, life
from knowledge.articles.states import TextAction
from knowledge.searching import shelf
from tests.knowledge.articles.conftest import LAMP, SUPERVISOR
from tests.knowledge.articles.conftest import published as article_published
from tests.knowledge.items.conftest import YAK
from tests.knowledge.items.conftest import published as item_published

Ask = Callable[..., list[str]]


@pytest.fixture
def ask_elsewhere(emptied: Engine, now: datetime) -> Iterator[Ask]:
    """Ask another process, whose index was built before the test began."""
    url = emptied.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.knowledge.articles.asked_elsewhere", url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:

        def ask(text: str, on: date | None = None) -> list[str]:
            assert other.stdin
            assert other.stdout
            other.stdin.write(f"{(on or beijing_day(now)).isoformat()} {text}\n")
            other.stdin.flush()
            return other.stdout.readline().split()

        assert ask("路灯不亮") == []
        yield ask
        assert other.stdin
        other.stdin.close()


def test_another_process_finds_what_was_published_and_is_told_what_ended(
    emptied: Engine, ask_elsewhere: Ask, now: datetime
) -> None:
    with Session(emptied) as session:
        code = article_published(session, LAMP, now).code
        item_published(session, YAK, now)
        assert ask_elsewhere("路灯不亮") == []  # nobody sees what is not committed
        session.commit()
    assert ask_elsewhere("路灯不亮") == [f"article:{code}"]
    assert ask_elsewhere("运牦牛") == ["item:sample-yak@540000"]
    with Session(emptied) as session:
        article = finding.find(session, code)
        life.act(session, article, TextAction.EXPIRE, reason="改版", actor=SUPERVISOR, now=now)
        session.commit()
    assert ask_elsewhere("路灯不亮") == [f"article:{code}:expired"]


def test_an_item_whose_day_comes_is_found_on_that_day_without_a_change(
    emptied: Engine, ask_elsewhere: Ask, now: datetime
) -> None:
    today, tomorrow = beijing_day(now), beijing_day(now) + timedelta(days=1)
    with Session(emptied) as session:
        item_published(session, replace(YAK, valid_from=tomorrow), now)
        session.commit()
    assert ask_elsewhere("运牦牛", today) == []
    assert ask_elsewhere("运牦牛", tomorrow) == ["item:sample-yak@540000"]
    assert ask_elsewhere("运牦牛", today) == []  # who was overtaken at midnight


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """The index of this process knows what is removed afterwards."""
    yield
    shelf.forget()
