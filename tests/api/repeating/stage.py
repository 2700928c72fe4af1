"""A database that commits, and whoever may send to it."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, make_url, text
from sqlmodel import Session

from hotline import migrations
from hotline.core import accounts, clock, db, keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.db import connect, transaction
from knowledge import seed
from tests.api.any_hour import at_any_hour
from tests.api.repeating.asking import Written, path_of
from tests.api.repeating.scenes import CITY, COUNTY, Known
from tests.apps import fresh_app

BOSS, ANYBODY = "boss", "anybody"
_PEOPLE = {"lead": Role.TEAM_LEAD, "lead-1": Role.TEAM_LEAD, "keeper": Role.TEAM_LEAD}
_KEPT_APART = ("kept_reply",)  # what a key keeps is no effect of the request
Rows = dict[str, int]


@dataclass
class Stage:
    """A database of the module's own, an app that uses it as it does when it is served."""

    engine: Engine
    clients: dict[str, TestClient]
    named: dict[Callable[[Session], Known], Known] = field(default_factory=dict)

    def has(self, make: Callable[[Session], Known], post: Written) -> bool:
        """Return whether the scene has all that the path names; each is made once to see that."""
        if make not in self.named:
            self.named[make] = self.scene(make)
        return path_of(post, self.named[make]) is not None

    def scene(self, make: Callable[[Session], Known]) -> Known:
        with transaction(self.engine) as session:
            return make(session)

    @functools.cached_property
    def tables(self) -> list[str]:
        return [each for each in inspect(self.engine).get_table_names() if each not in _KEPT_APART]

    def counts(self) -> Rows:
        """Return how many rows each table has."""
        parts = [f"SELECT '{name}', count(*) FROM \"{name}\"" for name in self.tables]  # noqa: S608  # our own tables
        with self.engine.connect() as connection:
            rows = connection.execute(text(" UNION ALL ".join(parts))).all()
            return {str(name): int(rows_in) for name, rows_in in rows}

    def added_since(self, before: Rows) -> Rows:
        """Return how many rows more, or fewer, each table that changed has now."""
        after = self.counts()
        return {name: after[name] - before[name] for name in after if after[name] != before[name]}


@contextmanager
def staged(engine: Engine, name: str) -> Iterator[Stage]:
    """Yield a stage on a database of this name, dropped afterwards."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = connect(make_url(engine.url).set(database=name).render_as_string(hide_password=False))
    migrations.upgrade(own)
    with Session(own) as session:
        seed.seed(session, now=clock.now())
        session.commit()
    with at_any_hour(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "engine", lambda: own)
        yield Stage(own, _clients(own))
    own.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _clients(own: Engine) -> dict[str, TestClient]:
    app = fresh_app()
    made = {name: TestClient(app) for name in ("lead", COUNTY, CITY, BOSS, ANYBODY)}
    with transaction(own) as session:
        for name, role in {**_PEOPLE, BOSS: Role.ADMINISTRATOR}.items():
            accounts.create_account(session, name, "secret-word", role=role, now=clock.now())
        for code in (COUNTY, CITY):
            _, secret = keys.issue_key(session, code, "", actor=MACHINE, now=clock.now())
            made[code].headers["X-API-Key"] = secret
    for name in ("lead", BOSS):
        body = {"username": name, "password": "secret-word"}
        token = made[name].post("/api/v1/sessions", json=body).json()["token"]
        made[name].headers["Authorization"] = f"Bearer {token}"
        made[name].cookies.clear()
    return made
