"""Every route × role × own, foreign or sealed thing, through HTTP: each cell as the table says."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.security import Permission
from tests.api.conftest import another
from tests.api.matrix.cells import Cell, Said, Thing, ask, cells, heard, said, told
from tests.api.matrix.doors import Door, doors
from tests.api.matrix.scene import World, world
from tests.api.matrix.who import ASKERS, Asker, signed_in

# A stream does not end; what it sends is in test_reach.
ENDLESS = {"stream_events", "GET /portal/stream"}
# What refuses its own for a reason that is not the table's.
ASKS_MORE = {
    "change_password": "the present password",
    "GET /console/tickets/{number}/recording/sound": "a reason, first",
    "review_work_order": "who issued the order",
    "recall_work_order": "who issued the order",
    "POST /console/orders/{number}/complete": "who issued the order",
    "POST /console/orders/{number}/reject": "who issued the order",
}


def of_accounts(client: TestClient) -> list[Door]:
    """Return the routes that ask who somebody is; a requester's own link opens others."""
    every = doors(client.app)  # type: ignore[arg-type]  # a Starlette, as the app is
    open_to_all = {Permission.OWN_TICKET, Permission.PUBLISHED_READ}
    return [each for each in every if open_to_all.isdisjoint(each.permissions)]


def as_said(cell: Cell, found: Said | str) -> bool:
    """Return whether the answer fits; on a thing of one's own its own parts may be missing."""
    if cell.thing is Thing.OWN or cell.asker.named:
        missing = found is Said.NOT_THERE and said(cell) is Said.LET_IN
        return missing or found == said(cell) or cell.door.name in ASKS_MORE
    return found == said(cell)


def mismatches(
    client: TestClient, session: Session, headers: dict[str, str], cell: Cell, there: World
) -> Iterator[str]:
    answer = ask(client, session, headers, cell, there)
    found = heard(answer)
    if not as_said(cell, found):
        yield f"{cell}: {found} ({answer.status_code}), not {said(cell)}: {answer.text[:200]}"
    for number in told(cell, answer, there):
        yield f"{cell}: tells of {number}"


@pytest.mark.parametrize("asker", ASKERS, ids=str)
def test_each_cell_is_as_the_table_says(asker: Asker, session: Session) -> None:
    client, there = another(session), world(session)
    headers = signed_in(client, session, asker)
    asked = [
        cell
        for door in of_accounts(client)
        for cell in cells(door, asker)
        if said(cell) is Said.REFUSED or door.name not in ENDLESS
    ]
    wrong = [each for cell in asked for each in mismatches(client, session, headers, cell, there)]
    assert not wrong, "\n".join(wrong)
    assert len(asked) > 300


def test_who_may_see_it_is_told_of_it(session: Session) -> None:
    """The matrix would find a leak: what it looks for is there for whoever may see it."""
    client, there = another(session), world(session)
    headers = signed_in(client, session, next(each for each in ASKERS if each.named))
    listed = client.get("/api/v1/tickets", headers=headers).text
    assert there.own.number in listed
    assert there.sealed.number in listed
    assert there.foreign.number not in listed
