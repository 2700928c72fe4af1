"""The feed while many write at once: nothing is skipped, nothing comes twice, no key changes."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from hotline.core.db import transaction
from tests.api.dispatched_scene import dispatched

FEED = "/api/v1/work-orders/changes"
WRITERS, EACH = 4, 6


def read_on(client: TestClient, since: str) -> tuple[list[dict[str, Any]], str]:
    """Return what is new since the cursor, and the next cursor."""
    found: list[dict[str, Any]] = []
    while True:
        body = client.get(FEED, params={"since": since} if since else {}).json()
        found += body["items"]
        since = body["next"]
        if not body["more"]:
            return found, since


def test_a_follower_beside_writers_sees_each_change_once_and_by_one_key(
    engine: Engine, open_desk: Callable[[str], TestClient]
) -> None:
    follower = open_desk("540102-urban")
    written, stop = threading.Event(), threading.Event()
    seen: list[dict[str, Any]] = []

    def follow() -> None:
        place = ""
        while not stop.is_set():
            last = written.is_set()
            found, place = read_on(follower, place)
            seen.extend(found)
            if last:
                return

    def accept_one(client: TestClient) -> None:
        with transaction(engine) as session:
            number = f"{dispatched(session).number}-1"
        assert client.post(f"/api/v1/work-orders/{number}/accept").status_code == 200

    def write(client: TestClient) -> None:
        for _ in range(EACH - 1):
            accept_one(client)

    # FastAPI makes an app's routes ready at their first request, and does so under a change of the
    # process's warnings, which several threads must not make at once.
    writers = [open_desk("540102-urban") for _ in range(WRITERS)]
    for client in writers:
        accept_one(client)
    read_on(follower, "")
    reader = threading.Thread(target=follow)
    reader.start()
    try:
        with ThreadPoolExecutor(WRITERS) as threads:
            list(threads.map(write, writers))
        written.set()
        reader.join(120)
    finally:
        stop.set()
    ids = [each["id"] for each in seen]
    assert len(ids) == len(set(ids))
    for type in ("order.dispatched", "order.accepted"):
        told = {each["refs"]["order"] for each in seen if each["type"] == type}
        assert len(told) == WRITERS * EACH
    again, _ = read_on(follower, "")
    assert again == seen
