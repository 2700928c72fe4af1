"""Strangers can lock a name, but not out of it whoever signed in there before."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Account, Role
from hotline.core.errors import NotSignedIn
from hotline.core.people import known_devices
from hotline.web import refusals
from hotline.web.access import open_session
from hotline.web.devices import COOKIE
from tests.api.conftest import another
from tests.web.asking import Limit, at, wrong

KEY = bytes(32)
RIGHT = {"username": "agent-1", "password": "secret-word"}


@pytest.fixture
def person(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(refusals, "REFUSED_AFTER_S", 0.0)
    return accounts.create_account(session, **RIGHT, role=Role.AGENT, now=now)


def browser(session: Session, host: str = "198.51.100.1") -> TestClient:
    """Return a browser at an address; a wrong password stays counted, as on a site."""
    client = another(session)

    def shared() -> Iterator[Session]:
        refused: NotSignedIn | None = None
        with session.begin_nested():
            try:
                yield session
            except NotSignedIn as error:
                refused = error
        if refused:
            raise refused

    client.app.dependency_overrides[open_session] = shared  # type: ignore[attr-defined]
    client.app = at(client.app, host)
    return client


def enter(client: TestClient) -> int:
    return client.post("/api/v1/sessions", json=RIGHT).status_code


def lock(session: Session) -> None:
    """Guess from five addresses, as often as each one may."""
    told = [wrong(browser(session, f"203.0.113.{each}"), 4) for each in range(5)]
    assert told == [[401] * 4] * 5


@pytest.mark.usefixtures("person")
def test_five_addresses_lock_a_name_for_strangers_alone(session: Session) -> None:
    known, new = browser(session), browser(session, "198.51.100.2")
    assert enter(known) == 201
    lock(session)
    assert enter(new) == 401
    assert enter(known) == 201
    assert enter(new) == 401  # what is locked for strangers, a known browser does not open


@pytest.mark.usefixtures("person", "limit")
def test_a_known_browser_is_counted_by_itself(session: Session) -> None:
    known, neighbour = browser(session), browser(session)
    assert enter(known) == 201
    assert wrong(neighbour, 5) == [401] * 4 + [429]
    assert enter(known) == 201  # from the same address
    assert wrong(known, 5) == [401] * 4 + [429]
    assert enter(known) == 429


def test_guesses_from_a_known_browser_lock_nothing(session: Session, person: Account) -> None:
    known = browser(session)
    enter(known)
    wrong(known, 4)
    session.refresh(person)
    assert (person.failed_sign_ins, person.locked_until) == (0, None)


@pytest.mark.usefixtures("person")
def test_another_persons_cookie_is_no_help(session: Session, now: datetime) -> None:
    given = {"username": "agent-2", "password": "another-word"}
    accounts.create_account(session, **given, role=Role.AGENT, now=now)
    colleague = browser(session)
    assert colleague.post("/api/v1/sessions", json=given).status_code == 201
    lock(session)
    assert enter(colleague) == 401


@pytest.mark.usefixtures("person")
def test_a_locked_name_can_still_choose_another_password(session: Session) -> None:
    known = browser(session)
    enter(known)
    lock(session)
    body = {"old": RIGHT["password"], "new": "yak butter at dawn"}
    assert known.post("/api/v1/me/password", json=body).status_code == 204


@pytest.mark.usefixtures("person")
def test_a_session_guesses_the_old_password_only_so_often(session: Session, limit: Limit) -> None:
    limit(sign_in=3)
    known = browser(session)
    enter(known)
    body = {"old": "wrong", "new": "yak butter at dawn"}
    told = [known.post("/api/v1/me/password", json=body).status_code for _ in range(4)]
    assert told == [401] * 3 + [429]


def test_signing_out_leaves_the_browser_known(client: TestClient) -> None:
    client.delete("/api/v1/sessions")
    client.post("/console/sign-out")
    assert client.cookies[COOKIE]


def test_people_of_a_shared_seat_are_each_known(now: datetime) -> None:
    kept = ""
    for each in range(known_devices.MOST + 1):
        kept = known_devices.remember(kept, f"agent-{each}", KEY, now=now)
    ids = [
        known_devices.known(kept, f"agent-{each}", KEY, now=now)
        for each in range(known_devices.MOST + 1)
    ]
    assert ids[0] == ""  # the one who was here longest ago
    assert len(set(ids)) == known_devices.MOST + 1
    again = known_devices.remember(kept, "agent-3", KEY, now=now)
    assert known_devices.known(again, "agent-3", KEY, now=now) == ids[3]
    assert sorted(again.split("~")) == sorted(kept.split("~"))
    assert len(again) < 600


def test_a_browser_is_known_for_half_a_year(now: datetime) -> None:
    kept = known_devices.remember("", "dawa", KEY, now=now)
    assert known_devices.known(kept, "dawa", KEY, now=now + known_devices.LASTS)
    later = now + known_devices.LASTS + timedelta(days=1)
    assert not known_devices.known(kept, "dawa", KEY, now=later)


def test_a_made_up_one_is_not_known(now: datetime) -> None:
    kept = known_devices.remember("", "dawa", KEY, now=now)
    id, day, checked = kept.split(".")
    last = "0" if checked[-1] != "0" else "1"
    for made_up in (
        f"{id}.{day}.{checked[:-1]}{last}",
        f"{id}.{int(day) - 1}.{checked}",
        f"{'0' * 16}.{day}.{checked}",
        "~" * 5000 + kept,
        "\u0660".join(kept),
        "",
    ):
        assert not known_devices.known(made_up, "dawa", KEY, now=now)
    assert not known_devices.known(kept, "pema", KEY, now=now)
    assert not known_devices.known(kept, "dawa", bytes([1]) * 32, now=now)
