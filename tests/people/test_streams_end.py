"""Who is signed out, or may listen no more, hears nothing more."""

import asyncio
from contextlib import nullcontext
from datetime import datetime

import pytest
from fastapi import Request
from sqlmodel import Session

from hotline.api import stream
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.events import Cursor
from hotline.core.security import Permission
from hotline.web import access


def test_a_stream_ends_once_its_listener_is_signed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HOLDS_S", -1.0)

    async def heard() -> list[str]:
        ended = stream._follow(Cursor(), frozenset(), Actor("dawa", Role.AGENT), lambda: None)
        return [frame async for frame in ended]

    assert asyncio.run(heard()) == [f"retry: {stream.RETRY_MS}\n\n"]


def test_who_may_hear_less_than_at_the_start_hears_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HOLDS_S", -1.0)
    began, now_is = Actor("dawa", Role.AGENT), Actor("dawa", Role.AGENT, district="540102")
    listened: list[Actor] = []

    def read(cursor: Cursor, _wanted: frozenset[str], actor: Actor) -> tuple[Cursor, list[str]]:
        listened.append(actor)
        return cursor, []

    monkeypatch.setattr(stream, "_read", read)
    monkeypatch.setattr(stream, "BEAT_S", 0.01)
    looks = iter([began, now_is, None])

    async def heard() -> list[str]:
        stream.hub.beat(asyncio.get_running_loop())  # as the web process does for its streams
        followed = stream._follow(Cursor(), frozenset(), began, lambda: next(looks))
        return [frame async for frame in followed]

    asyncio.run(heard())
    assert listened == [began, now_is]


@pytest.mark.parametrize(
    ("role", "heard"), [(Role.AGENT, True), (Role.HANDLER, False), (Role.LEADER, False)]
)
def test_whose_role_changed_is_let_in_as_who_they_are_now(
    session: Session, monkeypatch: pytest.MonkeyPatch, now: datetime, role: Role, heard: bool
) -> None:
    monkeypatch.setattr(access, "transaction", lambda: nullcontext(session))
    account = accounts.create_account(session, "dawa", "secret-word", role=role, now=now)
    monkeypatch.setattr(access, "actor_of", lambda *_: accounts.as_actor(account))
    found = access.still_let_in(Request({"type": "http"}), Permission.STREAM_READ)
    assert (found is not None) is heard
