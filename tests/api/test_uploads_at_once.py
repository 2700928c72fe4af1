"""附件: while a file is examined its request holds no connection, and nobody sends many at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import Any

import pytest
from sqlalchemy import Engine

from dispatch.attachments import examining
from dispatch.attachments.examining import examine
from dispatch.handling import orders, returns
from dispatch.handling.returns import Return
from hotline.core import clock
from hotline.core.db import transaction
from hotline.web import uploading
from tests.api.attachment_scene import URBAN, Desk, names, sent
from tests.dispatch.deciding_scene import URBAN as SYSTEM


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something happen before each file is examined, as it would be anyway."""

    def happens(step: Callable[[], object]) -> None:
        def after(*given: Any) -> Any:
            step()
            return examine(*given)

        monkeypatch.setattr(examining, "examine", after)

    return happens


def test_no_connection_is_held_while_a_file_is_examined(
    engine: Engine,
    open_desk: Desk,
    number: str,
    meanwhile: Callable[[Callable[[], object]], None],
) -> None:
    held: list[str] = []
    urban, files = open_desk(URBAN), f"/api/v1/work-orders/{number}-1/attachments"
    before = engine.pool.status()
    meanwhile(lambda: held.append(engine.pool.status()))
    assert sent(urban, files).status_code == 200
    assert held == [before]
    assert names(urban, files) == ["字条.txt"]


def test_a_file_is_examined_while_others_have_its_request_s_place(
    open_desk: Desk,
    number: str,
    meanwhile: Callable[[Callable[[], object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happened: list[str] = []

    @contextmanager
    def aside() -> Iterator[None]:
        happened.append("left")
        yield
        happened.append("back")

    monkeypatch.setattr(uploading, "stepped_aside", aside)
    meanwhile(lambda: happened.append("examined"))
    answer = sent(open_desk(URBAN), f"/api/v1/work-orders/{number}-1/attachments")
    assert answer.status_code == 200
    assert happened == ["left", "examined", "back"]


def test_all_together_send_no_more_files_at_once_than_leave_threads_for_others(
    open_desk: Desk, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST", 0)
    answer = sent(open_desk(URBAN), f"/api/v1/work-orders/{number}-1/attachments")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")


def test_an_order_that_is_lost_while_its_file_is_examined_gets_no_file(
    engine: Engine,
    open_desk: Desk,
    number: str,
    meanwhile: Callable[[Callable[[], object]], None],
) -> None:
    def lose() -> None:
        with transaction(engine) as session:
            order = orders.find(session, f"{number}-1", lock=True)
            back = Return("unclear_duty", "三定方案")
            returns.return_order(session, order, back, actor=SYSTEM, now=clock.now())

    urban, files = open_desk(URBAN), f"/api/v1/work-orders/{number}-1/attachments"
    meanwhile(lose)
    assert sent(urban, files).status_code == 409
    assert names(urban, files) == []


def test_one_key_sends_some_files_at_once_and_is_asked_to_wait_with_one_more(
    open_desk: Desk, number: str, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    begun, go_on = Semaphore(0), Event()

    def wait() -> None:
        begun.release()
        assert go_on.wait(60)

    urban, files = open_desk(URBAN), f"/api/v1/work-orders/{number}-1/attachments"
    meanwhile(wait)
    with ThreadPoolExecutor(uploading.AT_ONCE) as threads:
        sending = [threads.submit(sent, urban, files) for _ in range(uploading.AT_ONCE)]
        for _ in sending:
            assert begun.acquire(timeout=60)
        try:
            one_more = sent(urban, files)
        finally:
            go_on.set()
        assert [each.result().status_code for each in sending] == [200] * uploading.AT_ONCE
    assert (one_more.status_code, one_more.headers["retry-after"]) == (429, "10")
    assert sent(urban, files).status_code == 200
