"""删除: after retention nothing of a person can be read, and everything else still stands."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.models import ProposalRow, Reminder, Ticket
from dispatch.people import corrections, erasures, holds, retention, who_saw, whose
from dispatch.people.models_people import PersonErasure
from dispatch.states import TicketStatus
from hotline.core import events, privacy
from hotline.core.accounts import Actor
from hotline.core.errors import CannotStart, Conflict, Invalid
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import ERASED, AccessLog, Person
from hotline.core.settings import Settings
from telephony import caring, do_not_call, erased_recordings, records, spoken
from telephony.models import Call
from telephony.models_callers import Care, NotCallReason
from tests.dispatch.people_scene import ADMIN, REASON, RETENTION, old_ticket
from tests.factories import CALLER


@pytest.fixture
def ticket(session: Session, own: Settings, now: datetime) -> Ticket:
    return old_ticket(session, own, now=now)


def erase(session: Session, ticket: Ticket, now: datetime) -> PersonErasure:
    return erasures.erase(session, ticket, REASON, written=RETENTION, actor=ADMIN, now=now)


def test_nothing_of_the_person_is_readable_and_the_chains_are_whole(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    person = whose.requester(session, ticket)
    sealed, call_id = ticket.sealed_text, ticket.call_id
    privacy.reveal(session, person, subject=ticket.number, actor="agent-7", reason="核实", now=now)
    erased = erase(session, ticket, now)
    assert (erased.tickets, erased.recordings, erased.by) == (1, 1, "admin-1")
    session.expire_all()
    gone = session.get_one(Person, person.id)
    assert (gone.wrapped_key, gone.phone_index, gone.sealed_phone) == (b"", None, None)
    assert privacy.unseal(gone, sealed, "ticket") == ERASED  # bytes of a backup help nobody
    assert (ticket.title, ticket.text, ticket.sealed_text) == (ERASED, ERASED, b"")
    call = session.get_one(Call, call_id)
    assert (call.caller_masked, call.sealed_contact) == (ERASED, None)
    assert records.transcript(session, call) == [ERASED]
    assert [line.text for line in spoken.lines(session, call)] == [ERASED]
    reminder = session.exec(select(Reminder).where(Reminder.ticket_id == ticket.id)).one()
    assert (reminder.text, reminder.sealed_text) == (ERASED, b"")
    row = session.exec(select(ProposalRow).where(ProposalRow.ticket_id == ticket.id)).one()
    assert row.body == {"legal_basis": "《条例》"}
    assert events.history(session, f"ticket:{ticket.number}")[-1].type == "person.erased"
    events.verify(session)
    assert session.exec(select(AccessLog).where(AccessLog.subject == ticket.number)).one()


def test_what_is_remembered_for_their_next_call_is_forgotten(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    call, agent = session.get_one(Call, ticket.call_id), Actor("agent-7")
    caring.mark(session, call, Care.ELDER, actor=agent, now=now)
    do_not_call.add(session, call.person_id, NotCallReason.DISTRESS, actor=agent, now=now)
    erase(session, ticket, now)
    assert caring.care_of(session, call.person_id) is None
    assert not do_not_call.is_listed(session, call.person_id, now=now)


def test_the_recording_goes_with_its_row_saying_so(
    session: Session, ticket: Ticket, own: Settings, now: datetime
) -> None:
    assert ticket.call_id
    recording = records.recording_of(session, records.get_call(session, ticket.call_id))
    assert recording
    file = own.recordings_dir / recording.path
    erase(session, ticket, now)
    assert file.exists()  # until the erasure stands
    assert erased_recordings.remove_files(session, own.recordings_dir) == 1
    assert not file.exists()
    assert (recording.status, recording.path) == ("erased", "")
    assert erased_recordings.remove_files(session, own.recordings_dir) == 0


def test_whoever_deleted_the_file_and_died_is_finished_by_the_next(
    session: Session, ticket: Ticket, own: Settings, now: datetime
) -> None:
    erase(session, ticket, now)
    for file in own.recordings_dir.rglob("*.wav"):
        file.unlink()
    assert erased_recordings.remove_files(session, own.recordings_dir) == 1


def test_the_same_number_calling_again_is_somebody_new(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    erase(session, ticket, now)
    met, new = privacy.meet(session, CALLER, now=now)
    assert new
    assert met.id != ticket.person_id


def test_a_hold_stands_against_it_until_it_is_lifted(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    holds.hold(session, ticket, "法院调查", actor=ADMIN, now=now)
    with pytest.raises(Conflict, match="held"):
        erase(session, ticket, now)
    with pytest.raises(Conflict, match="already"):
        holds.hold(session, ticket, "再一次", actor=ADMIN, now=now)
    holds.lift(session, ticket, "案件已结", actor=ADMIN, now=now)
    erase(session, ticket, now)
    with pytest.raises(Conflict):
        holds.hold(session, ticket, "太晚了", actor=ADMIN, now=now)
    told = [each.type for each in events.history(session, f"ticket:{ticket.number}")]
    assert told[-3:] == ["person.held", "person.hold_lifted", "person.erased"]


def test_an_open_ticket_stands_against_it(session: Session, ticket: Ticket, now: datetime) -> None:
    ticket.status, ticket.closed_at = TicketStatus.DISPATCHED, None
    with pytest.raises(Conflict, match="goes on"):
        erase(session, ticket, now)


def test_a_retention_that_runs_stands_against_it(
    session: Session, own: Settings, now: datetime
) -> None:
    young = old_ticket(session, own, now=now, days=1094)
    with pytest.raises(Conflict, match="kept until"):
        erase(session, young, now)
    assert erasures.due(session, written=RETENTION, now=now) == []
    later = now + timedelta(days=1, minutes=1)
    assert [each.id for each in erasures.due(session, written=RETENTION, now=later)] == [young.id]
    young.request_type = "report"
    with pytest.raises(Conflict, match="kept until"):
        erase(session, young, later)


def test_it_takes_a_reason_and_happens_once(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    with pytest.raises(Invalid):
        erasures.erase(session, ticket, " ", written=RETENTION, actor=ADMIN, now=now)
    erase(session, ticket, now)
    with pytest.raises(Conflict, match="already"):
        erase(session, ticket, now)
    with pytest.raises(Conflict, match="erased"):
        privacy.seal(whose.requester(session, ticket), "再写一点", "ticket")


@pytest.mark.parametrize("written", ["", "x", "report:5", "10 nothing:5", "0"])
def test_a_retention_that_makes_no_sense_is_said(written: str) -> None:
    with pytest.raises(CannotStart, match="RETENTION_DAYS"):
        retention.days_by_type(written)


def test_a_wrong_number_is_put_right_and_what_it_was_stays_known_sealed(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    told = {"reason": "来电更正", "actor": ADMIN, "now": now}
    row = corrections.correct(
        session,
        ticket,
        corrections.Field.PHONE,
        "13989005678",
        **told,  # type: ignore[arg-type]
    )
    person = whose.requester(session, ticket)
    assert privacy.know_person(session, PhoneNumber("+8613989005678"), now=now).id == person.id
    assert privacy.know_person(session, CALLER, now=now).id != person.id
    assert privacy.masked_phone(person) == "139****5678"
    assert privacy.unseal(person, row.sealed_before, "correction") == CALLER.e164
    assert events.history(session, f"ticket:{ticket.number}")[-1].refs["field"] == "phone"


def test_what_they_said_is_put_right_sealed_and_masked(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    said = "是夺底路的路灯。电话13989001234。"
    told = {"reason": "听错了", "actor": ADMIN, "now": now}
    corrections.correct(session, ticket, corrections.Field.TEXT, said, **told)  # type: ignore[arg-type]
    person = whose.requester(session, ticket)
    assert privacy.unseal(person, ticket.sealed_text, "ticket") == said
    assert (ticket.title, ticket.text) == (
        "是夺底路的路灯",
        "是夺底路的路灯。电话139****1234。",
    )


def test_a_number_of_somebody_else_is_refused(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    other = PhoneNumber("+8613989005678")
    privacy.know_person(session, other, now=now)
    told = {"reason": "来电更正", "actor": ADMIN, "now": now}
    with pytest.raises(Conflict, match="another person"):
        corrections.correct(session, ticket, corrections.Field.PHONE, other.e164, **told)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        corrections.correct(session, ticket, corrections.Field.PHONE, "不知道", **told)  # type: ignore[arg-type]


def test_who_saw_is_told_by_name_to_the_auditor_and_by_role_to_the_requester(
    session: Session, ticket: Ticket, now: datetime
) -> None:
    person = whose.requester(session, ticket)
    for minute, actor in enumerate(("agent-7", "540102-urban#3", "agent-8")):
        at = now + timedelta(minutes=minute)
        told = {"subject": ticket.number, "what": "identity", "reason": "核实", "now": at}
        privacy.note_access(session, person, actor=actor, **told)  # type: ignore[arg-type]
    session.flush()
    since, until = now + timedelta(minutes=1), now + timedelta(minutes=2)
    found = who_saw.saw(session, ticket, since=since, until=until)
    assert [each.actor for each in found] == ["540102-urban#3"]
    said = [each.text for each in who_saw.reads(session, ticket)]
    assert said[1] == "2026年11月25日 12:01，承办单位的业务系统查看了您的联系电话。"
    assert "agent" not in "".join(said)
