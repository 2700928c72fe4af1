"""One department's key on another's order: over HTTP it isn't there, and nothing comes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Hotline
from tests.e2e.desks import ASSISTING, LEAD, STRANGER, Desk, desk, dispatched, reply

pytestmark = pytest.mark.e2e

NOWHERE = "000000000000-1"
PATH = "/api/v1/work-orders/{number}/"
WRITES = ("accept", "contacts", "return", "reply")  # what a department does, at the least
CONTACT = {"reached": True, "note": "约定明早上门"}
KEPT = {"Idempotency-Key": "of-the-lead"}


@dataclass
class Crossed:
    """A ticket with an order of each department, whose keys go astray."""

    hotline: Hotline
    ticket: str
    lead: Desk
    assisting: Desk
    stranger: Desk

    @property
    def order(self) -> str:
        return f"{self.ticket}-1"

    def astray(self) -> list[Desk]:
        return [self.assisting, self.stranger]

    def state(self) -> tuple[object, ...]:
        """Return all that can be seen of the ticket, its orders and its history."""
        mine = self.lead.get(f"/{self.order}")
        theirs = self.assisting.get(f"/{self.ticket}-2")
        whole = self.hotline.get(f"/tickets/{self.ticket}")
        return mine.headers["ETag"], mine.json(), theirs.headers["ETag"], theirs.json(), whole


@pytest.fixture
def crossed(hotline: Hotline) -> Iterator[Crossed]:
    number = dispatched(hotline, LEAD, ASSISTING)
    with (
        desk(hotline, LEAD) as lead,
        desk(hotline, ASSISTING) as assisting,
        desk(hotline, STRANGER) as stranger,
    ):
        yield Crossed(hotline, number, lead, assisting, stranger)


@pytest.fixture(scope="module")
def verbs(hotline: Hotline) -> dict[str, Any]:
    """Every documented write on an order, with the body that its description gives."""
    described = hotline.client.get("/openapi.json").json()
    found = {
        path.removeprefix(PATH): _example(described, operations["post"])
        for path, operations in described["paths"].items()
        if path.startswith(PATH) and "{" not in path.removeprefix(PATH) and "post" in operations
    }
    assert found.keys() >= {*WRITES, "review"}
    return found


def _example(described: dict[str, Any], operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return next(iter(described["components"]["schemas"].get(name, {}).get("examples", [])), None)


def is_not_there(answer: httpx.Response, unknown: httpx.Response) -> None:
    """Hold the refusal against that of an order that nobody has: it tells nothing more."""
    assert answer.status_code == unknown.status_code, answer.text
    assert answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.FORBIDDEN), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told, known = answer.json(), unknown.json()
    assert told.keys() == known.keys()
    assert (told["title"], told["remedy"]) == (known["title"], known["remedy"])


def send(desk: Desk, number: str, verb: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    """Send what the description gives; an attachment is a file and no JSON."""
    if verb != "attachments":
        return desk.post(number, verb, body, headers)
    file = {"file": ("lamp.txt", "路灯已更换".encode(), "text/plain")}
    return desk.client.post(f"{PATH.format(number=number)}{verb}", files=file, headers=headers)


def refused_everywhere(crossed: Crossed, verbs: dict[str, Any]) -> None:
    """Try every verb with both wrong keys, as a careful and as a careless client."""
    etag = crossed.lead.get(f"/{crossed.order}").headers["ETag"]
    for wrong in crossed.astray():
        is_not_there(wrong.get(f"/{crossed.order}"), wrong.get(f"/{NOWHERE}"))
        for headers in ({}, {"If-Match": etag}, {"If-Match": '"99"'}, KEPT):
            for verb, body in verbs.items():
                answer = send(wrong, crossed.order, verb, body, headers)
                is_not_there(answer, send(wrong, NOWHERE, verb, body, headers))
                if verb in WRITES:
                    assert answer.status_code == httpx.codes.NOT_FOUND


def test_a_key_gone_astray_opens_nothing_at_any_stage(
    crossed: Crossed, verbs: dict[str, Any]
) -> None:
    steps = {"accept": None, "contacts": CONTACT, "reply": reply()}
    for verb, body in [("", None), *steps.items()]:
        if verb:  # the right department goes on, under a key that the wrong ones know
            done = crossed.lead.post(crossed.order, verb, body, {"Idempotency-Key": f"lead-{verb}"})
            assert done.status_code == httpx.codes.OK, done.text
        before, (_, end) = crossed.state(), crossed.lead.feed()
        refused_everywhere(crossed, verbs)
        assert crossed.state() == before
        assert crossed.lead.feed(end) == ([], end)


def test_the_answer_kept_for_one_department_is_not_given_to_another(crossed: Crossed) -> None:
    first = crossed.lead.post(crossed.order, "accept", headers=KEPT)
    assert first.status_code == httpx.codes.OK, first.text
    for wrong in crossed.astray():
        is_not_there(
            wrong.post(crossed.order, "accept", headers=KEPT), wrong.post(NOWHERE, "accept")
        )
    own = crossed.assisting.post(f"{crossed.ticket}-2", "accept", headers=KEPT)
    assert own.json()["number"] == f"{crossed.ticket}-2"  # the same word, but another's key
    again = crossed.lead.post(crossed.order, "accept", headers=KEPT)
    assert (again.status_code, again.json()) == (httpx.codes.OK, first.json())


def test_lists_and_feeds_name_no_other_departments_order(crossed: Crossed) -> None:
    crossed.lead.does(crossed.order, "accept")
    listed = [item["number"] for item in crossed.assisting.get("?limit=100").json()["items"]]
    assert f"{crossed.ticket}-2" in listed
    assert crossed.order not in listed
    for wrong in crossed.astray():
        told = [item["refs"].get("order") for item in wrong.feed()[0]]
        assert crossed.order not in told
    assert crossed.stranger.get("?limit=100").json()["items"] == []


def test_two_keys_in_one_request_are_no_master_key(crossed: Crossed) -> None:
    before = crossed.state()
    bearer = {"Authorization": f"Bearer {crossed.lead.client.headers['X-API-Key']}"}
    answer = crossed.stranger.post(crossed.order, "accept", headers=bearer)
    is_not_there(answer, crossed.stranger.post(NOWHERE, "accept"))
    assert crossed.state() == before
