"""Passwords that come with a request wait their turn outside: without a connection."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, QueuePool
from sqlmodel import Session

from hotline.core import clock
from hotline.core.accounts import Account
from hotline.core.db import transaction
from hotline.core.people import passwords
from hotline.core.people.passwords import Verdict
from hotline.web import basic
from hotline.web.access import open_session
from tests import committed
from tests.apps import fresh_app


@pytest.mark.parametrize("path", ["/api/v1/me", "/console/account"])
def test_unknown_passwords_take_no_more_connections_than_cores(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    held, check = [], passwords.check

    def counted(password: str, kept: str) -> Verdict:
        held.append(cast("QueuePool", engine.pool).checkedout())
        return check(password, kept)

    def opened() -> Iterator[Session]:
        with transaction(engine) as session:
            yield session

    monkeypatch.setattr(passwords, "check", counted)
    app = fresh_app()
    app.dependency_overrides[open_session] = opened
    try:
        with TestClient(app, follow_redirects=False) as client, ThreadPoolExecutor(10) as pool:
            told = pool.map(lambda n: client.get(path, auth=(f"n{n}", "x")).status_code, range(10))
            assert set(told) <= {401, 303}
    finally:
        committed.remove(engine)
    assert len(held) == 10
    assert max(held) <= (os.cpu_count() or 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_doors_of_the_console_check_no_password_out_of_turn(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def checked(_password: str, _kept: str) -> Verdict:
        raise AssertionError("a password was checked")

    monkeypatch.setattr(passwords, "check", checked)
    path = "/console/sign-in" if method == "GET" else "/console/sign-out"
    answer = anonymous.request(method, path, auth=("dawa", "wrong"), follow_redirects=False)
    assert answer.status_code == (200 if method == "GET" else 303)


def test_what_was_right_lately_waits_for_nobody_until_it_is_refused() -> None:
    basic._remembered.forget("dawa", "yak butter")
    given = "ZGF3YTp5YWsgYnV0dGVy"
    assert not basic.is_remembered(given)
    account = Account(
        username="dawa",
        display_name="dawa",
        role="agent",
        password_hash="x",  # noqa: S106  # no hash of anything
        created_at=clock.now(),
    )
    basic._remembered.keep(account, "yak butter")
    assert basic.is_remembered(given)
    basic._remembered.forget("dawa", "yak butter")
    assert not basic.is_remembered(given)
    assert basic.is_remembered("not base64")  # nothing will be hashed
