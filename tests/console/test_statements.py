"""A page asks the database as often for many lines as for one."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.core.accounts import MACHINE
from tests.api import calls_scene as scene
from tests.factories import create_ticket

URBAN, HOUSING, WATER = "540102-urban", "540102-housing", "540102-water"
MANY = 7


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every question that is sent to the database from here on."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def asked(client: TestClient, session: Session, path: str, statements: list[str]) -> list[str]:
    """Return what the page asks for, of a session that has read nothing yet."""
    session.flush()
    session.expire_all()
    statements.clear()
    assert client.get(path).status_code == 200
    return list(statements)


def most_common(sent: list[str]) -> str:
    """Return the statement that was sent most often, for whoever must find the loop."""
    return max(set(sent), key=sent.count)


@pytest.mark.parametrize("path", ["/console/", "/console/rows"])
def test_of_a_list(
    agent: TestClient, session: Session, now: datetime, statements: list[str], path: str
) -> None:
    def another() -> None:
        ticket = create_ticket(session, now=now)
        dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=MACHINE, now=now)

    grows_not(agent, session, path, statements, another)


def test_of_the_queue(
    agent: TestClient, session: Session, now: datetime, statements: list[str]
) -> None:
    def another() -> None:
        scene.waiting(session, now)
        scene.missed(session, now)

    grows_not(agent, session, "/console/queue", statements, another)


def test_of_a_ticket_with_its_orders(
    agent: TestClient, session: Session, now: datetime, statements: list[str]
) -> None:
    one, many = create_ticket(session, now=now), create_ticket(session, now=now)
    for ticket, departments in ((one, [URBAN]), (many, [URBAN, HOUSING, WATER])):
        given = [Assignment(each) for each in departments]
        dispatching.dispatch(session, ticket, given, actor=MACHINE, now=now)
    asked(agent, session, page(one), statements)
    few = asked(agent, session, page(one), statements)
    more = asked(agent, session, page(many), statements)
    assert len(more) <= len(few), most_common(more)


def page(ticket: Ticket) -> str:
    return f"/console/tickets/{ticket.number}"


def grows_not(
    client: TestClient,
    session: Session,
    path: str,
    statements: list[str],
    another: Callable[[], None],
) -> None:
    """Require that the page asks for many of them what it asks for one."""
    another()
    asked(client, session, path, statements)  # what is read once a process
    few = asked(client, session, path, statements)
    for _ in range(MANY):
        another()
    more = asked(client, session, path, statements)
    print(f"{path}: {len(few)} statements")
    assert len(more) <= len(few), most_common(more)
