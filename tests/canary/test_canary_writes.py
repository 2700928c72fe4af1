"""0 bytes of a sealed ticket's requester are in the answer of any write, whoever asks.

Who is named for the ticket reads its words, and no number: that takes a reveal.
"""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.models import Ticket
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.conftest import another
from tests.api.matrix.cells import Cell, Thing, ask
from tests.api.matrix.doors import Door, all_doors
from tests.api.matrix.scene import (
    DEPARTMENT,
    DISTRICT,
    KEEPER,
    LEADER,
    Matter,
    World,
    hung,
    merged,
    person,
)
from tests.api.matrix.who import NAMED, Asker, signed_in
from tests.canary.needles import NAME, PHONE, found_in
from tests.canary.planting import canary_call, planted

pytestmark = pytest.mark.long

REVEAL = "/console/tickets/{number}/reveal"
# Where somebody lives is hidden in the requester's words, not in what people write of them.
TALKED_OF = f"{NAME}还在等，请打{PHONE}"
READS = {"GET", "HEAD"}
KEPT = NAMED[0]  # a supervisor; the department's leader, named too, may not reveal
UNNAMED = [Asker(role) for role in Role]


@pytest.fixture
def there(session: Session) -> Matter:
    """The canary's sealed matter, with words of the canary in everything that hangs on it."""
    agent = another(session)
    person(session, "registrar", Role.AGENT)
    body = {"username": "registrar", "password": "secret-word"}
    token = agent.post("/api/v1/sessions", json=body).json()["token"]
    agent.headers["Authorization"] = f"Bearer {token}"
    number = planted(canary_call(session), agent)["ticket"]
    ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
    matter = hung(session, ticket, DEPARTMENT, TALKED_OF)
    keeper = person(session, KEEPER, Role.SUPERVISOR, district=DISTRICT)
    person(session, LEADER, Role.LEADER, department=DEPARTMENT)
    why = Seal(f"涉及{NAME}本人", [LEADER])
    sealing.seal(session, ticket, why, actor=accounts.as_actor(keeper), now=now())
    merged(session, matter, ticket)
    session.flush()
    return matter


def writes(client: TestClient) -> list[Door]:
    """Return every route that is not only read, those too by which one signs in."""
    every = all_doors(client.app)  # type: ignore[arg-type]  # a Starlette, as the app is
    return [each for each in every if each.method not in READS]


def entered(client: TestClient, session: Session, asker: Asker) -> dict[str, str]:
    """Return the asker's headers; a cookie of before would be closed by who signs in next."""
    client.cookies.clear()
    headers = signed_in(client, session, asker)
    client.cookies.clear()
    return headers


def leaks(
    client: TestClient, session: Session, asker: Asker, headers: dict[str, str], there: Matter
) -> Iterator[tuple[str, str]]:
    """Yield each write whose answer, or any header of it, holds the canary, and in which form."""
    world, shut = World(there, there, there), 0
    for door in writes(client):
        answer = ask(client, session, headers, Cell(door, asker, Thing.SEALED), world)
        assert answer.status_code < 500, f"{asker} {door.name}: {answer.text[:200]}"
        shut += answer.status_code == 401
        heads = repr(sorted(answer.headers.items())).encode()
        for form in found_in(answer.content + heads):
            yield f"{asker} {door.method} {door.path}", form
    assert not headers or shut < 10, f"{asker} was not signed in"


def test_nobody_who_is_not_named_is_answered_with_a_byte(session: Session, there: Matter) -> None:
    """As every role, and as somebody who is not signed in at all."""
    client = another(session)
    found = list(leaks(client, session, Asker(Role.AGENT), {}, there))
    for asker in UNNAMED:
        headers = entered(client, session, asker)
        found += leaks(client, session, asker, headers, there)
    assert found == []
    assert len(writes(client)) > 130


def test_who_is_named_reads_the_words_without_the_number(session: Session, there: Matter) -> None:
    """A reveal alone tells it; to the department the words don't say where they live either."""
    client = another(session)
    heads = {asker: entered(client, session, asker) for asker in NAMED}
    for asker in NAMED:
        spared(client, session, asker, heads[asker], there)
    replied(client, heads[NAMED[1]], heads[KEPT], there)
    spared(client, session, KEPT, heads[KEPT], there)


def spared(
    client: TestClient, session: Session, asker: Asker, headers: dict[str, str], there: Matter
) -> None:
    """Check that every write is answered with the name at most, but the reveal."""
    forms = {each: found_in(each.encode()) for each in (NAME, PHONE)}
    found = list(leaks(client, session, asker, headers, there))
    assert [each for each in found if each[1] in forms[NAME]]  # or nothing would be proved
    if asker == KEPT:
        told = {where for where, form in found if form in forms[PHONE]}
        assert told == {f"{asker} POST {REVEAL}"}
    else:
        assert [each for each in found if each[1] not in forms[NAME]] == []


def replied(
    client: TestClient, office: dict[str, str], inside: dict[str, str], there: Matter
) -> None:
    """Have the department be answered what it asked, and reply."""
    path = f"/api/v1/work-orders/{there.order}"
    info = there.ids["info_id"]
    answer = {"answer": TALKED_OF}
    answered = client.post(f"{path}/need-info/{info}/answer", json=answer, headers=inside)
    assert answered.status_code == 200, answered.text
    done = {"result": TALKED_OF, "public_reply": TALKED_OF, "is_true": True, "is_solved": True}
    done |= {"contacted_at": now().isoformat()}
    made = client.post(f"{path}/reply", json=done, headers=office)
    assert made.status_code == 200, made.text


def test_a_reveal_alone_tells_the_number(session: Session, there: Matter) -> None:
    client = another(session)
    path = f"/api/v1/tickets/{there.number}/reveal"
    for asker in (*NAMED, *UNNAMED):
        headers = entered(client, session, asker)
        asked = client.post(path, json={"reason": "回访核实"}, headers=headers)
        if asker != KEPT:
            assert asked.status_code in (403, 404), asker
            continue
        shown = client.post(f"{path}/view", json={"token": asked.json()["token"]}, headers=headers)
        assert PHONE in shown.json()["phone"]
