"""What administrators do with other people's accounts."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, delete

from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Account, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.people import login_sessions, signing_in, staff
from hotline.core.people.lockout import Limits
from hotline.core.people.login_sessions import LoginSession
from hotline.core.people.staff import Place
from knowledge.staff import require_place

URBAN = "540102-urban"
ANY = "yak butter"


@pytest.fixture
def boss(session: Session, now: datetime) -> Account:
    session.exec(delete(LoginSession))
    session.exec(delete(Account))
    place = Place(Role.ADMINISTRATOR)
    return staff.create(session, "boss", place, password=ANY, actor=MACHINE, now=now)


@pytest.fixture
def dawa(session: Session, boss: Account, now: datetime) -> Account:
    place, actor = Place(Role.AGENT), accounts.as_actor(boss)
    return staff.create(session, "dawa", place, password=ANY, actor=actor, now=now)


def test_a_person_is_promoted_and_the_event_holds_codes_only(
    session: Session, boss: Account, dawa: Account, now: datetime
) -> None:
    place = Place(Role.LEADER, URBAN, "540102")
    actor = accounts.as_actor(boss)
    staff.change(session, dawa, place=place, display_name="达瓦", actor=actor, now=now)
    assert (dawa.role, dawa.department, dawa.version) == (Role.LEADER, URBAN, 2)
    told = events.history(session, "account:dawa")[-1]
    assert (told.type, told.actor) == ("account.changed", "boss")
    assert told.refs == {
        "role": "department_leader",
        "department": URBAN,
        "district": "540102",
        "clearance": "confidential",
    }


def test_changing_nothing_tells_nothing(
    session: Session, boss: Account, dawa: Account, now: datetime
) -> None:
    before = len(events.history(session, "account:dawa"))
    actor = accounts.as_actor(boss)
    staff.change(session, dawa, place=Place(Role.AGENT), display_name="dawa", actor=actor, now=now)
    assert (len(events.history(session, "account:dawa")), dawa.version) == (before, 1)


def test_nobody_changes_their_own_place_but_their_name(
    session: Session, boss: Account, dawa: Account, now: datetime
) -> None:
    assert dawa.version == 1
    own = accounts.as_actor(boss)
    for place in (Place(Role.SUPERVISOR), Place(Role.ADMINISTRATOR, district="540102")):
        with pytest.raises(NotAllowed):
            staff.change(session, boss, place=place, display_name="boss", actor=own, now=now)
    with pytest.raises(NotAllowed):
        staff.disable(session, boss, actor=own, now=now)
    here = Place(Role.ADMINISTRATOR)
    staff.change(session, boss, place=here, display_name="主任", actor=own, now=now)
    assert boss.display_name == "主任"


def test_the_last_administrator_stays(session: Session, boss: Account, now: datetime) -> None:
    place = Place(Role.AGENT)
    with pytest.raises(Conflict, match="last administrator"):
        staff.disable(session, boss, actor=MACHINE, now=now)
    with pytest.raises(Conflict, match="last administrator"):
        staff.change(session, boss, place=place, display_name="boss", actor=MACHINE, now=now)
    second = staff.create(
        session, "second", Place(Role.ADMINISTRATOR), password=ANY, actor=MACHINE, now=now
    )
    staff.disable(session, boss, actor=MACHINE, now=now)
    with pytest.raises(Conflict, match="last administrator"):
        staff.disable(session, second, actor=MACHINE, now=now)


def test_only_a_department_s_people_have_a_department() -> None:
    for role in (Role.HANDLER, Role.LEADER):
        with pytest.raises(Invalid, match="needs"):
            Place(role)
    with pytest.raises(Invalid, match="has no"):
        Place(Role.AGENT, URBAN)


def test_a_department_and_a_district_must_be_in_the_directory(session: Session) -> None:
    assert require_place(session, Place(Role.HANDLER, URBAN, "540102"))
    with pytest.raises(Invalid, match="no department"):
        require_place(session, Place(Role.HANDLER, "540102-nobody"))
    with pytest.raises(Invalid, match="no district"):
        require_place(session, Place(Role.AGENT, district="999999"))


@pytest.mark.parametrize(
    "name", ["hotline", "Hotline", "a:b", "a/b", "a b", "", "540102#1", "x" * 65]
)
def test_nobody_is_called_what_would_be_taken_for_something_else(
    session: Session, now: datetime, name: str
) -> None:
    with pytest.raises(Invalid):
        staff.create(session, name, Place(Role.AGENT), password=ANY, actor=MACHINE, now=now)


def test_a_reset_password_opens_once_more_and_must_be_changed(
    session: Session, boss: Account, dawa: Account, now: datetime
) -> None:
    token = login_sessions.open_session(session, dawa, hours=1, now=now)
    dawa.failed_sign_ins, dawa.failed_at = 5, now
    password = staff.reset_password(session, dawa, actor=accounts.as_actor(boss), now=now)
    session.flush()
    assert not login_sessions.find(session, token, idle=timedelta(hours=1), now=now)
    account = signing_in.by_password(session, "dawa", password, limits=Limits(), now=now)
    assert account.must_change_password
    assert accounts.as_actor(account).scopes == frozenset()


def test_who_signs_in_elsewhere_has_no_password_to_reset(
    session: Session, dawa: Account, now: datetime
) -> None:
    dawa.issuer = "https://sso.example"
    with pytest.raises(Conflict, match="provider"):
        staff.reset_password(session, dawa, actor=MACHINE, now=now)
