"""What an auditor finds: who administered, who looked, who was refused; never whose number."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session

from hotline.core import audit, clock, events
from hotline.core.accounts import Role
from hotline.core.audit import Wanted
from hotline.core.errors import NotSignedIn
from hotline.core.events import EventType
from hotline.web.access import open_session
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

URL = "/api/v1/audit"


@pytest.fixture
def auditor(session: Session) -> TestClient:
    return sign_in(kept(session), session, Role.AUDITOR, clock.now())


def kept(session: Session) -> TestClient:
    """Return a client on the test's database where, as in production, a failed sign-in is kept."""
    client = another(session)

    def opened() -> Iterator[Session]:
        refused: NotSignedIn | None = None
        with session.begin_nested():
            try:
                yield session
            except NotSignedIn as error:
                refused = error
        if refused:
            raise refused

    client.app.dependency_overrides[open_session] = opened  # type: ignore[attr-defined]  # FastAPI
    return client


def read(client: TestClient, **given: object) -> list[dict[str, object]]:
    answer = client.get(URL, params=given)  # type: ignore[arg-type]  # as httpx takes them
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.SYSTEM])
def test_only_auditors_and_administrators_read_it(
    session: Session, now: datetime, role: Role
) -> None:
    allowed = role in (Role.AUDITOR, Role.ADMINISTRATOR)
    answer = sign_in(another(session), session, role, now).get(URL)
    assert answer.status_code == (200 if allowed else 403)


def test_a_refused_action_is_found_once_a_minute_and_route(
    auditor: TestClient, session: Session, now: datetime
) -> None:
    number = create_ticket(session, now=now).number
    for _ in range(3):
        assert auditor.post(f"/api/v1/tickets/{number}/dispatch", json={}).status_code == 403
    (found,) = read(auditor, type="access.refused")
    assert found["actor"] == "quality_inspector-1" or found["actor"] == "auditor-1"
    assert found["refs"] == {"method": "POST", "path": "/api/v1/tickets/{number}/dispatch"}
    assert number not in str(found)


def test_a_page_that_is_refused_is_found_too(auditor: TestClient) -> None:
    page = auditor.get("/console/callbacks", headers={"Accept": "text/html"})
    if page.status_code == 403:
        assert read(auditor, type="access.refused")


def test_a_failed_sign_in_is_found_without_what_was_typed(auditor: TestClient) -> None:
    for username in ("auditor-1", "13912345678"):
        body = {"username": username, "password": "s3cr3t-canary"}
        assert auditor.post("/api/v1/sessions", json=body).status_code == 401
    given = {"username": "auditor-1", "password": "wrong"}
    assert auditor.post("/console/sign-in", data=given).status_code == 401
    found = read(auditor, type="account.sign_in_failed")
    subjects = [each["subject"] for each in found]
    assert subjects == ["account:auditor-1", "sign_in:unknown", "account:auditor-1"]
    assert {each["actor"] for each in found} == {"anonymous"}
    assert "1391234" not in str(found)
    assert "s3cr3t" not in str(found)


def test_a_key_that_is_issued_and_revoked_is_found(session: Session, now: datetime) -> None:
    administrator = sign_in(another(session), session, Role.ADMINISTRATOR, now)
    door = "/api/v1/departments/540102-urban/api-keys"
    made = administrator.post(door, json={"label": "oa"}).json()
    administrator.delete(f"{door}/{made['id']}")
    found = read(administrator, actor="administrator-1")
    types = [each["type"] for each in found]
    assert types[:2] == ["key.revoked", "key.issued"]
    assert made["key"] not in str(found)


def test_pages_follow_each_other_without_gap_or_repetition(
    auditor: TestClient, session: Session
) -> None:
    for each in range(7):
        tell(session, EventType.KEY_ISSUED, f"key:{each}")
    whole = [each["id"] for each in read(auditor, type="key.issued")]
    paged: list[object] = []
    address: str | None = f"{URL}?type=key.issued&limit=3"
    while address:
        answer = auditor.get(address)
        paged += [each["id"] for each in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
    assert paged == whole
    assert len(whole) == 7


def test_filters(auditor: TestClient, session: Session) -> None:
    at = clock.now()
    tell(session, EventType.KEY_ISSUED, "key:1", at=at - timedelta(days=3))
    tell(session, EventType.KEY_REVOKED, "key:1", at=at - timedelta(days=2), actor="other")
    tell(session, EventType.KEY_ISSUED, "key:2", at=at - timedelta(days=1))

    def keys(**given: object) -> list[object]:
        found = read(auditor, **given)
        return [(each["type"], each["subject"]) for each in found if "key" in str(each["type"])]

    issued, revoked = str(EventType.KEY_ISSUED), str(EventType.KEY_REVOKED)
    day = timedelta(days=1)
    assert keys() == [(issued, "key:2"), (revoked, "key:1"), (issued, "key:1")]
    assert keys(subject="key:1") == [(revoked, "key:1"), (issued, "key:1")]
    assert keys(actor="other") == [(revoked, "key:1")]
    assert keys(type=[issued]) == [(issued, "key:2"), (issued, "key:1")]
    assert keys(since=(at - 2.5 * day).isoformat(), until=(at - 1.5 * day).isoformat()) == [
        (revoked, "key:1")
    ]


def test_the_work_on_tickets_is_only_told_when_it_is_asked_for(
    auditor: TestClient, session: Session
) -> None:
    tell(session, EventType.TICKET_REGISTERED, "ticket:1")
    assert "ticket.registered" not in {each["type"] for each in read(auditor)}
    assert read(auditor, subject="ticket:1")
    assert read(auditor, type="ticket.registered")
    assert "ticket.registered" in {each["type"] for each in read(auditor, everything=True)}


@pytest.mark.parametrize(
    "given", [{"cursor": "x"}, {"type": "no.such"}, {"since": "yesterday"}, {"limit": 0}]
)
def test_nonsense_is_refused(auditor: TestClient, given: dict[str, object]) -> None:
    assert auditor.get(URL, params=given).status_code == 422  # type: ignore[arg-type]


def test_a_long_log_is_read_by_its_index(session: Session) -> None:
    tell(session, EventType.KEY_ISSUED, "key:1")
    plan: list[str] = []
    session.exec(text("SET LOCAL enable_seqscan = off"))  # type: ignore[call-overload]
    query = str(
        audit_query().compile(compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
    )
    plan = [row[0] for row in session.exec(text(f"EXPLAIN {query}"))]  # type: ignore[call-overload]
    assert "ix_event_audited" in "\n".join(plan)


def audit_query() -> object:
    from sqlmodel import col, select

    query = select(events.Event).where(*audit.conditions(Wanted()))
    return query.order_by(col(events.Event.id).desc()).limit(50)


def tell(
    session: Session,
    type: EventType,
    chain: str,
    *,
    at: datetime | None = None,
    actor: str = "admin",
) -> None:
    events.append(session, type, chain=chain, actor=actor, now=at or clock.now())


Desk = Callable[[str], TestClient]


def test_a_departments_system_does_not_read_it(desk: Desk) -> None:
    assert desk("540102-urban").get(URL).status_code == 403
