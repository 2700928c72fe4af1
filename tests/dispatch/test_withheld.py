"""What the copy leaves out is exactly what its maker may not see, or is not known to see."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Boolean, cast, null
from sqlmodel import Session

from dispatch.models import Confidentiality, Ticket
from dispatch.people import person_file, whose, withheld
from dispatch.ratings import blind
from dispatch.sealing import reach
from dispatch.sealing.models_readers import TicketReader
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from tests.dispatch.people_scene import ADMIN, REASON, old_ticket
from tests.dispatch.test_blind_callbacks import OTHER, WEEK, drawn
from tests.factories import create_ended_call, create_ticket

LEVELS = tuple(Confidentiality)
READERS = {
    "the hotline itself": MACHINE,
    "an administrator": ADMIN,
    "one of this district": Actor("admin-2", Role.ADMINISTRATOR, district="540102"),
    "one of another": Actor("admin-3", Role.ADMINISTRATOR, district="540103"),
    "one cleared for little": Actor(
        "admin-4", Role.ADMINISTRATOR, clearance=Confidentiality.PUBLIC
    ),
    "a named reader of another": Actor("reader", Role.AUDITOR, district="540103"),
    "who asks one blind": OTHER,
}


def everything(session: Session, now: datetime) -> list[Ticket]:
    """Have one requester with tickets of every level in two districts, one of them asked blind."""
    _, row = drawn(session, now)
    blind.take(session, row, actor=OTHER, now=now + WEEK)
    made = [session.get_one(Ticket, row.ticket_id)]
    for place, level in enumerate(LEVELS * 2):
        ticket = create_ticket(session, now=now)
        ticket.call_id = create_ended_call(session, now=now + timedelta(minutes=place)).id
        ticket.confidentiality = level
        ticket.district = "540102" if place < len(LEVELS) else "540103"
        made.append(ticket)
    session.flush()
    session.add(
        TicketReader(ticket_id=made[4].id or 0, name="reader", added_at=now, added_by="test")
    )
    session.flush()
    return made


def person_of(session: Session, ticket: Ticket) -> Person:
    return whose.requester(session, ticket)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_is_withheld_is_exactly_what_is_not_seen(
    session: Session, now: datetime, reader: Actor
) -> None:
    made = everything(session, now)
    person = person_of(session, made[0])
    hidden = [each for each in made if not reach.sees(session, reader, each)]
    assert withheld.tickets(session, person, reader) == [each.id for each in hidden]
    assert withheld.numbers(session, person, reader) == {each.number for each in hidden}
    rang = {each.call_id for each in hidden if each.call_id}
    assert set(withheld.calls(session, person, reader)) == rang
    assert (reader is MACHINE) == (not hidden)


def test_what_nobody_can_tell_is_withheld(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = create_ticket(session, now=now)
    call = create_ended_call(session, now=now)
    unknown: Callable[..., object] = lambda *_: cast(null(), Boolean)  # noqa: E731
    for name in ("visible", "calls"):
        monkeypatch.setattr(reach, name, unknown)
    person = person_of(session, ticket)
    assert withheld.tickets(session, person, ADMIN) == [ticket.id]
    assert withheld.numbers(session, person, ADMIN) == {ticket.number}
    assert withheld.calls(session, person, ADMIN) == [call.id]


def test_the_copy_is_the_same_as_if_the_hidden_ticket_had_never_been(
    session: Session, own: Settings, now: datetime
) -> None:
    shown = old_ticket(session, own, now=now)
    asked = {"reason": REASON, "actor": ADMIN, "now": now}
    before = person_file.export(session, shown, **asked)["kept"]  # type: ignore[arg-type]
    hidden = old_ticket(session, own, now=now, days=900)
    whole = person_file.export(session, shown, **asked)["kept"]  # type: ignore[arg-type]
    assert {name: len(rows) for name, rows in whole.items()} == {
        name: 2 * len(rows) for name, rows in before.items()
    }
    hidden.confidentiality = Confidentiality.SEALED
    session.flush()
    assert person_file.export(session, shown, **asked)["kept"] == before  # type: ignore[arg-type]
