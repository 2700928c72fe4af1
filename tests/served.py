"""The web process's own app on a port, for a browser: its requests commit."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from sqlalchemy import Engine
from sqlmodel import Session

from hotline.api import stream
from hotline.core.db import transaction
from hotline.web.access import open_session
from tests.apps import fresh_app


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Yield the site's address; whoever takes it removes what was committed (`emptied`)."""

    def own_transaction() -> Iterator[Session]:
        with transaction(engine) as session:
            yield session

    app = fresh_app()
    app.dependency_overrides[open_session] = own_transaction
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none")
    )

    async def serve() -> None:
        stream.hub.beat(asyncio.get_running_loop())  # nobody listens: each stream looks for itself
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
