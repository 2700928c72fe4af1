"""谁看过: the newest first, page by page; the requester is told of every look there was."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.people import who_saw, whose
from hotline.core import privacy
from tests.factories import create_ticket

LOOKS = 1005


def test_the_newest_look_comes_first_and_no_number_of_looks_hides_one(
    session: Session, now: datetime
) -> None:
    ticket, other = create_ticket(session, now=now), create_ticket(session, now=now)
    person = whose.requester(session, ticket)
    told = {"what": "identity", "reason": "核实"}
    for place in range(LOOKS):
        at = now + timedelta(seconds=place // 2)  # two at one moment
        privacy.note_access(
            session, person, subject=ticket.number, actor=f"agent-{place}", now=at, **told
        )
    privacy.note_access(session, person, subject=other.number, actor="last", now=at, **told)
    session.flush()
    expected = [f"agent-{place}" for place in reversed(range(LOOKS))]
    assert [each.actor for each in who_saw.saw(session, ticket)] == expected
    found, before = [], None
    while page := who_saw.saw(session, ticket, before=before, limit=101):
        found += [each.actor for each in page]
        before = (page[-1].at, page[-1].id)
    assert found == expected
    reads = who_saw.reads(session, ticket)
    assert len(reads) == LOOKS + 1
    assert [each.at for each in reads] == sorted(each.at for each in reads)
    assert len(who_saw.reads(session, ticket, without=[other.id or 0])) == LOOKS
