"""Senders and a receiver that are killed: every event arrives, in order, under one id."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotline.core import settings as core_settings
from tests.soak.webhooks import EACH, push

ORDERS = 20  # `make soak` sends ten thousand events


@pytest.fixture(autouse=True)
def loopback_allowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HOTLINE_WEBHOOK_ALLOWED", "127.0.0.0/8")
    core_settings.settings.cache_clear()
    yield
    monkeypatch.undo()
    core_settings.settings.cache_clear()


def test_killed_senders_and_a_killed_receiver_lose_no_event_and_disorder_none(
    database: Engine, tmp_path: Path
) -> None:
    outcome = push(
        database,
        tmp_path,
        of_orders=ORDERS,
        fails=0.3,
        receiver_killed=2,
        senders_killed=4,
        seed=12345,
    )
    print(outcome)
    assert outcome.wrong == ()
    assert outcome.events == ORDERS * EACH
    assert outcome.senders_killed == 4
    assert outcome.repeats > 0
