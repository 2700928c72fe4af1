"""中转通话 over HTTP: its own department asks, once a key; nobody is shown a number."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.any_hour import at_any_hour
from tests.api.dispatched_scene import dispatched

GIVEN = {"telephone": "0891-6331234"}


@pytest.fixture(autouse=True)
def hours() -> Iterator[None]:
    """People may be rung whenever these tests run."""
    with at_any_hour():
        yield


def test_its_department_asks_for_a_call_and_sees_how_it_went(
    session: Session, client: TestClient, desk: Callable[[str], TestClient]
) -> None:
    path = f"/api/v1/work-orders/{dispatched(session).number}-1/relays"
    urban, other = desk("540102-urban"), desk("540100-urban")
    assert other.post(path, json=GIVEN).status_code == 404
    assert client.post(path, json=GIVEN).status_code == 403
    keyed = {"Idempotency-Key": "k1"}
    first = urban.post(path, json=GIVEN, headers=keyed)
    assert first.status_code == 202, first.text
    assert urban.post(path, json=GIVEN, headers=keyed).json() == first.json()
    assert urban.post(path, json=GIVEN).status_code == 409
    (shown,) = urban.get(path).json()["items"]
    assert (shown["count"], shown["outcome"], shown["ended_at"]) == (1, None, None)
    assert "6331234" not in client.get(path).text
    assert other.get(path).status_code == 404


def test_what_is_no_telephone_is_refused(
    session: Session, desk: Callable[[str], TestClient]
) -> None:
    path = f"/api/v1/work-orders/{dispatched(session).number}-1/relays"
    refused = desk("540102-urban").post(path, json={"telephone": "my desk"})
    assert refused.status_code == 422
    assert "area code" in refused.json()["remedy"]
