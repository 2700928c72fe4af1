"""A view of somebody's identity opens once, soon, and for whoever asked."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from hotline.core import privacy, views_once
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Invalid, NotFound
from hotline.core.privacy import AccessLog, Person
from hotline.core.views_once import IdentityView, View
from tests.factories import CALLER

AGENT, OTHER = Actor("agent-7", Role.AGENT), Actor("agent-8", Role.AGENT)


def granted(session: Session, now: datetime) -> View:
    person = privacy.know_person(session, CALLER, now=now)
    return views_once.grant(session, person, subject="T1", actor=AGENT, reason="核实", now=now)


def test_it_opens_once_and_the_look_is_kept_with_its_reason(
    session: Session, now: datetime
) -> None:
    view = granted(session, now)
    assert session.exec(select(AccessLog).where(AccessLog.subject == "T1")).all() == []
    look = {"subject": "T1", "actor": AGENT, "now": now + timedelta(seconds=59)}
    seen = views_once.look(session, view.token, **look)  # type: ignore[arg-type]
    assert seen.phone == CALLER
    kept = session.exec(select(AccessLog).where(AccessLog.subject == "T1")).one()
    person = session.get_one(Person, kept.person_id)
    assert (kept.actor, kept.what, privacy.why(person, kept)) == ("agent-7", "identity", "核实")
    with pytest.raises(NotFound, match="over"):
        views_once.look(session, view.token, **look)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "actor", "after_s"), [("T1", AGENT, 60), ("T1", OTHER, 0), ("T2", AGENT, 0)]
)
def test_late_of_another_or_for_another_ticket_it_opens_nothing(
    session: Session, now: datetime, subject: str, actor: Actor, after_s: int
) -> None:
    view, then = granted(session, now), now + timedelta(seconds=after_s)
    with pytest.raises(NotFound):
        views_once.look(session, view.token, subject=subject, actor=actor, now=then)
    assert session.exec(select(AccessLog).where(AccessLog.subject == "T1")).all() == []


def test_it_takes_a_reason_and_its_token_is_not_kept(session: Session, now: datetime) -> None:
    person = privacy.know_person(session, CALLER, now=now)
    with pytest.raises(Invalid):
        views_once.grant(session, person, subject="T1", actor=AGENT, reason=" ", now=now)
    view = granted(session, now)
    row = session.exec(select(IdentityView).where(IdentityView.subject == "T1")).one()
    assert view.token not in str(row.model_dump())
