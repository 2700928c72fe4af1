"""The web app as it is served: by uvicorn, on a port of this machine."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from hotline.core.clock import now
from hotline.core.settings import Settings, settings
from hotline.web import certificates, rate_counts, serving
from tests.api.conftest import anonymous, client, desk
from tests.apps import fresh_app
from tests.web.asking import Limit

__all__ = ["anonymous", "client", "desk"]  # fixtures of the API's tests

Serve = Callable[..., tuple[str, int]]


@pytest.fixture
def serve(own: Settings) -> Iterator[Serve]:
    """Return what serves the app with some settings changed, and tells its host and port."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def of(**changed: Any) -> tuple[str, int]:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        given = {"http_host": "127.0.0.1", "http_port": port, **changed}
        site = Settings.model_validate({**own.model_dump(), **given})
        server = uvicorn.Server(
            uvicorn.Config(**serving.options(fresh_app(), site), lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive(), "the web did not start"
            time.sleep(0.01)
        return "127.0.0.1", port

    yield of
    for server, thread in running:
        server.should_exit = True
        thread.join(60)


@pytest.fixture
def tls(tmp_path: Path) -> dict[str, Path]:
    """Return the settings of a certificate made for this machine."""
    certificate, key = certificates.ensure(tmp_path, now=now())
    return {"tls_cert": certificate, "tls_key": key}


@pytest.fixture
def limit(own: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Limit]:
    """Return what sets limits for the app of this test; no minute ends while it lasts."""
    monkeypatch.setattr(rate_counts, "_number", lambda _span, _now: 0)

    def to(**most: int) -> None:
        for name, value in most.items():
            monkeypatch.setenv(f"HOTLINE_RATE_{name.upper()}", str(value))
        settings.cache_clear()

    assert own
    yield to
    settings.cache_clear()
