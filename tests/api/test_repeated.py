"""Every POST of the description, sent five times at once with one key, has one effect.

Each is sent in the scene in which it succeeds; new rooms are found by the description itself.
"""

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, make_url, text
from sqlmodel import Session

from hotline import migrations
from hotline.app import create_app
from hotline.core import accounts, clock, keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.db import connect, transaction
from hotline.web.access import open_session
from knowledge import seed
from tests.api.any_hour import at_any_hour
from tests.api.repeating.asking import Post, body_of, others, path_of, picture, posts
from tests.api.repeating.scenes import CITY, COUNTY, SCENES, Known

AT_ONCE = 5
POSTS = {each.operation_id: each for each in posts()}
# The work-order and ticket API: what a department's system and the desk send.
OURS = ("work-orders", "tickets", "clusters", "arbitrations", "supervisions", "callbacks")
# They change nothing that a second time would change again.
READS = {
    "compare_work_orders": "compares two lists",
    "ask_to_reveal": "each look at a person is one to be told of",
    "reveal_requester": "the same",
}


def keyed() -> list[str]:
    return [each.operation_id for each in POSTS.values() if each.keyed and _is_ours(each)]


def _is_ours(post: Post) -> bool:
    return post.path.removeprefix("/api/v1/").partition("/")[0] in OURS


def test_every_post_of_the_work_order_and_ticket_api_takes_a_key() -> None:
    bare = {each.operation_id for each in POSTS.values() if _is_ours(each) and not each.keyed}
    assert bare <= READS.keys()


@dataclass
class Stage:
    """A database that commits, and who may send to it."""

    engine: Engine
    clients: dict[str, TestClient]
    named: dict[Callable[[Session], Known], Known] = field(default_factory=dict)

    def has(self, make: Callable[[Session], Known], post: Post) -> bool:
        """Return whether the scene has all that the path names; each is made once to see that."""
        if make not in self.named:
            self.named[make] = self.scene(make)
        return path_of(post, self.named[make]) is not None

    def scene(self, make: Callable[[Session], Known]) -> Known:
        with transaction(self.engine) as session:
            return make(session)

    @functools.cached_property
    def tables(self) -> list[str]:
        return [name for name in inspect(self.engine).get_table_names() if name != "kept_reply"]

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        parts = [f"SELECT '{name}', count(*) FROM \"{name}\"" for name in self.tables]  # noqa: S608  # our own tables
        with self.engine.connect() as connection:
            rows = connection.execute(text(" UNION ALL ".join(parts))).all()
            return {str(name): int(rows_in) for name, rows_in in rows}


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """A database of this file's own: what it commits nobody else meets."""
    name = "repeated"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = connect(make_url(engine.url).set(database=name).render_as_string(hide_password=False))
    migrations.upgrade(own)
    with Session(own) as session:
        seed.seed(session, now=clock.now())
        session.commit()
    with at_any_hour():
        yield Stage(own, _clients(own))
    own.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _clients(own: Engine) -> dict[str, TestClient]:
    def own_transaction() -> Iterator[Session]:
        with transaction(own) as session:
            yield session

    app = create_app()
    app.dependency_overrides[open_session] = own_transaction
    made = {name: TestClient(app) for name in ("lead", COUNTY, CITY)}
    with transaction(own) as session:
        for name in ("lead", "lead-1", "keeper"):
            accounts.create_account(
                session, name, "secret-word", role=Role.TEAM_LEAD, now=clock.now()
            )
        for code in (COUNTY, CITY):
            _, secret = keys.issue_key(session, code, "", actor=MACHINE, now=clock.now())
            made[code].headers["X-API-Key"] = secret
    body = {"username": "lead", "password": "secret-word"}
    token = made["lead"].post("/api/v1/sessions", json=body).json()["token"]
    made["lead"].headers["Authorization"] = f"Bearer {token}"
    made["lead"].cookies.clear()
    return made


@dataclass
class Case:
    """How an operation succeeds: who sends what, in which scene."""

    who: str
    scene: Callable[[Session], Known]
    example: Any


def find(stage: Stage, post: Post) -> tuple[Case, dict[str, int]] | None:
    """Return the first case that succeeds and which rows it adds; None when none does."""
    for who in stage.clients:
        for scene in [each for each in SCENES if stage.has(each, post)]:
            for example in post.bodies or (None,):
                known = stage.scene(scene)
                before = stage.counts()
                case = Case(who, scene, example)
                status = send(stage, post, case, known, "once-1")
                if status is None or status in (401, 403, 405):
                    break
                added = _added(before, stage.counts())
                if status < 300 and added:
                    return case, added
    return None


def send(
    stage: Stage, post: Post, case: Case, known: Known, key: str, body: Any = None
) -> int | None:
    answer = answered(stage, post, case, known, key, body)
    return None if answer is None else int(answer[0])


def answered(
    stage: Stage, post: Post, case: Case, known: Known, key: str, body: Any = None
) -> tuple[int, Any] | None:
    path = path_of(post, known)
    if path is None:
        return None
    client, headers = (
        stage.clients[case.who],
        {"Idempotency-Key": f"{case.scene.__name__}:{path}:{key}"},
    )
    if post.form:
        answer = client.post(path, files=body or picture(1), headers=headers)
    else:
        if body is None and case.example is not None:
            body = body_of(case.example, known)
        answer = client.post(path, json=body, headers=headers)
    return answer.status_code, answer.json()


def _added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def _done(added: dict[str, int]) -> dict[str, int]:
    """Return what was written but for looks: each answer about a sealed ticket is one more."""
    return {name: count for name, count in added.items() if name != "access_log"}


@pytest.mark.parametrize("operation_id", keyed())
def test_five_at_once_with_one_key_have_one_effect(stage: Stage, operation_id: str) -> None:
    post = POSTS[operation_id]
    found = find(stage, post)
    assert found, f"{operation_id} succeeds in no scene: add one to tests/api/repeating/scenes.py"
    case, added = found[0], _alone(stage, post, found[0])
    known = stage.scene(case.scene)
    before = stage.counts()
    body = body_of(case.example, known) if case.example is not None else None
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(
            threads.map(lambda _: answered(stage, post, case, known, "five", body), range(AT_ONCE))
        )
    answer = answers[0]
    assert answer
    assert answers == [answer] * AT_ONCE
    assert answer[0] < 300, answer
    assert _done(_added(before, stage.counts())) == _done(added)
    _refuse_another(stage, post, case, known, body)
    assert _done(_added(before, stage.counts())) == _done(added)


def _alone(stage: Stage, post: Post, case: Case) -> dict[str, int]:
    """Return which rows the request adds when it is sent once, its caller known already."""
    known = stage.scene(case.scene)
    before = stage.counts()
    assert answered(stage, post, case, known, "once-2")
    added = _added(before, stage.counts())
    assert added
    return added


def _refuse_another(stage: Stage, post: Post, case: Case, known: Known, body: Any) -> None:
    """The same key with another body is 422, whichever field is another."""
    different = [picture(200)] if post.form else list(others(post, body)) if body else []
    refused = [answered(stage, post, case, known, "five", each) for each in different]
    assert {each and each[0] for each in refused} <= {422}, refused
    assert not refused or any(
        each and "used for another request" in str(each[1]) for each in refused
    )
