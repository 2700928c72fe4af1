"""Whoever guesses passwords is stopped, and the person whose name it is goes on."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.conftest import another
from tests.web.asking import Limit, at, wrong


def test_a_flood_from_one_address_leaves_the_person_alone(
    client: TestClient, session: Session, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(sign_in=3)
    monkeypatch.setenv("HOTLINE_LOCK_AFTER_FAILURES", "5")
    client.cookies.clear()  # a stranger
    assert wrong(client, 20) == [401] * 3 + [429] * 17
    elsewhere = another(session)
    elsewhere.app = at(elsewhere.app, "198.51.100.7")
    right = {"username": "agent-1", "password": "secret-word"}
    assert elsewhere.post("/api/v1/sessions", json=right).status_code == 201
    assert wrong(client, 1, username="somebody") == [401]


def test_an_address_tries_only_so_many_names(anonymous: TestClient, limit: Limit) -> None:
    limit(sign_in_address=4)
    told = [wrong(anonymous, 1, username=f"name-{each}")[0] for each in range(6)]
    assert told == [401] * 4 + [429] * 2


def test_the_page_of_signing_in_says_it_in_chinese(anonymous: TestClient, limit: Limit) -> None:
    limit(sign_in=1)
    given = {"username": "nobody", "password": "x"}
    assert anonymous.post("/console/sign-in", data=given).status_code == 401
    page = anonymous.post("/console/sign-in", data=given)
    assert page.status_code == 429
    assert "过于频繁" in page.text
    assert int(page.headers["Retry-After"]) >= 1
