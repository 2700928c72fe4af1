"""The app behind a real socket, on a database that commits, and who may come in."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pytest
import uvicorn
from sqlalchemy import Engine
from sqlmodel import Session

from hotline.core import clients, clock, keys
from hotline.core.accounts import MACHINE
from hotline.core.db import transaction
from hotline.web.access import open_session
from tests import committed
from tests.api.dispatched_scene import dispatched
from tests.apps import fresh_app

T = TypeVar("T")


@dataclass(frozen=True)
class Served:
    """A running hotline and its database."""

    url: str
    engine: Engine

    def key(self, department: str = "540102-urban", *scopes: str) -> str:
        with transaction(self.engine) as session:
            return keys.issue_key(session, department, "", scopes, actor=MACHINE, now=clock.now())[
                1
            ]

    def client(self, department: str = "540102-urban") -> tuple[str, str]:
        with transaction(self.engine) as session:
            row, secret = clients.create_client(
                session, department, "", actor=MACHINE, now=clock.now()
            )
            return row.client_id, secret

    def order(self, *departments: str) -> str:
        """Dispatch a ticket; return its first order's number."""
        return self.write(lambda session: f"{dispatched(session, *departments).number}-1")

    def write(self, act: Callable[[Session], T]) -> T:
        with transaction(self.engine) as session:
            return act(session)


@pytest.fixture
def served(engine: Engine) -> Iterator[Served]:
    """The app on a free port; what was written is removed afterwards."""

    def own_transaction() -> Iterator[Session]:
        with transaction(engine) as session:
            yield session

    app = fresh_app()
    app.dependency_overrides[open_session] = own_transaction
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield Served(f"http://127.0.0.1:{door.getsockname()[1]}", engine)
        server.should_exit = True
        thread.join()
    committed.remove(engine)
