"""Why somebody looked, held, corrected, decided or erased: in no column that anybody can read."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session

from dispatch.models import Ticket, WorkOrder
from dispatch.people import corrections, erasures, holds, left_plain, person_file, who_saw, whose
from dispatch.people.corrections import Field
from dispatch.people.models_people import PersonCorrection, PersonErasure, PersonHold
from dispatch.sealing import sealing
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.privacy import ERASED, AccessLog
from hotline.core.settings import Settings
from tests.dispatch.people_scene import ADMIN, RETENTION, old_ticket
from tests.dispatch.sealing_scene import WHY, plainly

SAID = "扎西卓嘎说她的邻居威胁她"
TABLES = ("access_log", "identity_view", "person_hold", "person_correction", "person_erasure")


@pytest.fixture
def ticket(session: Session, own: Settings, now: datetime) -> Ticket:
    return old_ticket(session, own, now=now)


def test_whoever_reads_the_database_learns_no_reason_and_who_may_ask_reads_it(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    person = whose.requester(session, ticket)
    told = {"subject": ticket.number, "actor": "agent-7", "now": now}
    privacy.reveal(session, person, reason=SAID, **told)  # type: ignore[arg-type]
    holds.hold(session, ticket, SAID, actor=ADMIN, now=now)
    holds.lift(session, ticket, SAID, actor=ADMIN, now=now)
    what = (Field.TEXT, "路灯坏了")
    corrections.correct(session, ticket, *what, reason=SAID, actor=ADMIN, now=now)
    assert plainly(session, "邻居", TABLES) == []
    session.expire_all()
    (held,) = holds.of_person(session, person)
    (put_right,) = corrections.of_person(session, person)
    assert (held.reason, held.lifted_why, put_right.reason) == (SAID, SAID, SAID)
    assert [each.reason for each in who_saw.saw(session, ticket)] == [SAID]
    kept = person_file.export(session, ticket, reason="查阅", actor=ADMIN, now=now)["kept"]
    assert kept["person_hold"][0]["lifted_why"] == SAID
    assert kept["person_correction"][0]["reason"] == SAID


def test_after_an_erasure_only_why_it_was_done_can_be_read(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    person = whose.requester(session, ticket)
    told = {"subject": ticket.number, "actor": "agent-7", "now": now}
    privacy.reveal(session, person, reason=SAID, **told)  # type: ignore[arg-type]
    holds.hold(session, ticket, SAID, actor=ADMIN, now=now)
    holds.lift(session, ticket, SAID, actor=ADMIN, now=now)
    row = erasures.erase(session, ticket, SAID, written=RETENTION, actor=ADMIN, now=now)
    assert plainly(session, "邻居", TABLES) == []
    session.expire_all()
    assert erasures.why(row) == SAID
    assert [each.reason for each in who_saw.saw(session, ticket)] == [ERASED]
    (held,) = holds.of_person(session, person)
    assert (held.reason, held.lifted_why, held.sealed_words) == ("", "", b"")
    privacy.reveal(session, person, reason=SAID, **told)  # type: ignore[arg-type]
    assert plainly(session, "邻居", TABLES) == []


def test_what_an_earlier_version_wrote_is_sealed_once(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    person = whose.requester(session, ticket)
    told = {"subject": ticket.number, "actor": "agent-7", "now": now}
    privacy.reveal(session, person, reason="x", **told)  # type: ignore[arg-type]
    holds.hold(session, ticket, "x", actor=ADMIN, now=now)
    what = (Field.TEXT, "路灯坏了")
    corrections.correct(session, ticket, *what, reason="x", actor=ADMIN, now=now)
    gone = PersonErasure(person_id=person.id, at=now, by="admin-1", tickets=0, recordings=0)
    session.add(gone)
    session.flush()
    for kind in (AccessLog, PersonHold, PersonCorrection, PersonErasure):
        sealed = "sealed_words" if "sealed_words" in kind.model_fields else "sealed_reason"
        undo = f"UPDATE {kind.__tablename__} SET reason = :said, {sealed} = NULL"  # noqa: S608  # names of our own
        session.execute(text(undo), {"said": SAID})
    session.expire_all()
    assert len(plainly(session, "邻居", TABLES)) == 4
    assert left_plain.seal_some(session) == 4
    assert plainly(session, "邻居", TABLES) == []
    assert left_plain.seal_some(session) == 0
    session.expire_all()
    assert [each.reason for each in holds.of_person(session, person)] == [SAID]
    assert [each.reason for each in corrections.of_person(session, person)] == [SAID]
    assert [each.reason for each in who_saw.saw(session, ticket)] == [SAID]
    assert erasures.why(session.get_one(PersonErasure, person.id)) == SAID


@pytest.mark.parametrize("erased", [False, True])
def test_the_basis_of_a_sealed_tickets_order_is_sealed_too(
    session: Session, ticket: Ticket, lead: Actor, now: datetime, *, erased: bool
) -> None:
    order = WorkOrder(
        number=f"{ticket.number}-1",
        ticket_id=ticket.id or 0,
        department="540102-urban",
        dispatched_at=now,
        dispatched_by="admin-1",
    )
    session.add(order)
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    session.flush()
    session.execute(text("UPDATE work_order SET legal_basis = :said"), {"said": SAID})
    if erased:
        whose.requester(session, ticket).wrapped_key = b""
        session.flush()
    session.expire_all()
    assert left_plain.seal_some(session) == 1
    assert plainly(session, "邻居", ["work_order"]) == []
    assert left_plain.seal_some(session) == 0
    session.expire_all()
    assert order.legal_basis == ("" if erased else SAID)
