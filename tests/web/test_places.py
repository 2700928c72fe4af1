"""However many ask at once, nobody who has a connection waits for a thread that waits for one."""

import asyncio

import httpx
import pytest
from sqlalchemy import Engine

from hotline.bench import webs
from hotline.core import accounts, clock, db
from hotline.core.accounts import Role
from hotline.core.people import login_sessions
from hotline.core.settings import Settings
from tests.canary.conftest import site

pytestmark = pytest.mark.long

__all__ = ["site"]

CROWD = 120  # three times the threads, twelve times the connections


async def answers(port: int, token: str, path: str) -> list[int]:
    """Return how all of the crowd are answered, each on a connection of its own."""
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=CROWD)
    async with httpx.AsyncClient(
        base_url=f"http://{webs.HOST}:{port}", headers=headers, timeout=120, limits=limits
    ) as client:

        async def one() -> int:
            async with client.stream("GET", path) as answer:
                await anext(answer.aiter_bytes())  # of a stream, that it has begun
                return answer.status_code

        return await asyncio.gather(*(one() for _ in range(CROWD)))


def test_a_crowd_that_comes_back_at_once_is_let_in_to_the_last(site: Engine, own: Settings) -> None:
    with db.transaction(site) as session:
        agent = accounts.create_account(
            session, "crowd", "a-long-secret-word", role=Role.AGENT, now=clock.now()
        )
        token = login_sessions.open_session(session, agent, hours=1, now=clock.now())
    there = own.model_copy(update={"database_url": site.url.render_as_string(hide_password=False)})
    with webs.running(there, 1) as (port,):
        for path in ("/api/v1/tickets", "/console/", "/api/v1/stream"):
            assert set(asyncio.run(answers(port, token, path))) == {200}, path
