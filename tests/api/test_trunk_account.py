"""The trunk's account over HTTP: set, shown without its password, told to the workers, removed."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core.events import Event
from telephony import trunk_accounts
from telephony.orders import UseTrunk

DOOR = "/api/v1/trunk-account"
PASSWORD = "m4ny-w0rds"  # noqa: S105  # of nobody
GIVEN = {
    "username": "089112345@ims.example",
    "realm": "ims.example",
    "password": PASSWORD,
    "registrar": "sip:sbc.example:5070;transport=tcp",
    "expires_s": 600,
}
HA1 = trunk_accounts.ha1("089112345@ims.example", "ims.example", PASSWORD)


def test_the_password_is_shown_to_nobody_and_kept_nowhere(
    boss: TestClient, session: Session
) -> None:
    assert boss.get(DOOR).status_code == 404
    made = boss.put(DOOR, json=GIVEN)
    assert made.status_code == 200, made.text
    assert boss.get(DOOR).json() == made.json()
    row = trunk_accounts.shown(session)
    told = session.exec(select(Event).where(Event.chain == trunk_accounts.CHAIN)).all()
    for text in (made.text, str(row.model_dump()), str([each.refs for each in told])):
        assert PASSWORD not in text
        assert HA1 not in text
    assert [each.type for each in told] == ["key.issued"]


def test_one_worker_registers_and_every_one_proves_who_calls(
    boss: TestClient, session: Session
) -> None:
    assert trunk_accounts.order(session, registers=True, contact="sip:a@x") == UseTrunk()
    boss.put(DOOR, json=GIVEN)
    first = trunk_accounts.order(session, registers=True, contact="sip:12345@x:5060")
    other = trunk_accounts.order(session, registers=False, contact="sip:12345@x:5060")
    assert first == UseTrunk(
        "089112345@ims.example",
        "ims.example",
        "sip:sbc.example:5070;transport=tcp",
        "sip:12345@x:5060",
        600,
        HA1,
    )
    assert other == UseTrunk("089112345@ims.example", "ims.example", ha1=HA1)


def test_a_second_takes_the_first_one_s_place_and_removed_there_is_none(
    boss: TestClient, session: Session
) -> None:
    boss.put(DOOR, json=GIVEN)
    changed = boss.put(DOOR, json={**GIVEN, "username": "0891", "registrar": ""})
    assert (changed.json()["username"], changed.json()["registrar"]) == ("0891", "")
    assert boss.delete(DOOR).status_code == 200
    assert boss.delete(DOOR).status_code == 404
    assert trunk_accounts.order(session, registers=True, contact="") == UseTrunk()


@pytest.mark.parametrize(
    "bent",
    [
        {"username": 'a"b'},
        {"username": "a\r\nb"},
        {"realm": 'x", uri="y'},
        {"registrar": "sip:a@b"},
        {"registrar": "sip:x;lr\r\nVia: y"},
        {"registrar": "http://x"},
        {"password": ""},
        {"expires_s": 1},
    ],
)
def test_what_no_header_can_hold_is_refused(boss: TestClient, bent: dict[str, str]) -> None:
    assert boss.put(DOOR, json={**GIVEN, **bent}).status_code == 422


def test_agents_do_not_touch_it(client: TestClient) -> None:
    assert client.put(DOOR, json=GIVEN).status_code == 403
    assert client.get(DOOR).status_code == 403
    assert client.delete(DOOR).status_code == 403
