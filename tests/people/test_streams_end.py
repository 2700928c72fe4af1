"""Who is signed out hears nothing more."""

import asyncio

import pytest

from hotline.api import stream
from hotline.core.accounts import Actor, Role
from hotline.core.events import Cursor


def test_a_stream_ends_once_its_listener_is_signed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HOLDS_S", -1.0)

    async def heard() -> list[str]:
        ended = stream._follow(Cursor(), frozenset(), Actor("dawa", Role.AGENT), lambda: False)
        return [frame async for frame in ended]

    assert asyncio.run(heard()) == [f"retry: {stream.RETRY_MS}\n\n"]
