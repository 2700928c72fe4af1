"""移交质检单: from who is away to another who may; and whom an inspection is told to."""

from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from dispatch.inspection import appeals, calibrations, handing, inspections
from dispatch.inspection.appeals import Decision
from dispatch.inspection.calibrations import Wish
from dispatch.inspection.handing import Why
from dispatch.inspection.inspections import Marks
from dispatch.inspection.models_inspection import Inspection
from dispatch.inspection.states import State, Verdict
from dispatch.notices.models_notices import StaffNotice
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed
from tests.dispatch import inspection_scene as scene
from tests.dispatch.inspection_scene import ALL_MET

LEAD = Actor("lead", Role.TEAM_LEAD)


@pytest.fixture
def found(session: Session, now: datetime) -> Inspection:
    for name in ("second", "third"):
        scene.person(session, name, Role.INSPECTOR, now)
    scene.person(session, "agent-1", Role.INSPECTOR, now)  # who once talked, and inspects now
    return scene.drawn(session, now, inspector="first", agent="agent-1")


def hand(session: Session, found: Inspection, to: str, now: datetime, actor: Actor = LEAD) -> None:
    handing.hand_over(session, found, to, Why.AWAY, actor=actor, now=now)


def told(session: Session) -> list[tuple[str, str]]:
    ours = col(StaffNotice.says).startswith("inspection")
    rows = session.exec(select(StaffNotice).where(ours).order_by(col(StaffNotice.id))).all()
    return [(each.recipient, each.says) for each in rows]


def test_a_draft_of_somebody_away_is_marked_anew_by_another(
    session: Session, found: Inspection, now: datetime
) -> None:
    first = scene.person(session, "first", Role.INSPECTOR, now)
    second = scene.person(session, "second", Role.INSPECTOR, now)
    inspections.save(session, found, Marks({"tone": "missed"}, (), "急"), actor=first, now=now)
    hand(session, found, "second", now)
    assert (found.inspector, found.state, found.marks) == ("second", State.ASSIGNED, {})
    assert inspections.note_of(session, found) == ""
    with pytest.raises(NotAllowed):
        inspections.submit(session, found, Marks(ALL_MET), actor=first, now=now)
    inspections.submit(session, found, Marks(ALL_MET), actor=second, now=now)
    event = next(
        each for each in inspections.story(session, found) if each.type == "inspection.handed_over"
    )
    assert event.refs == {"inspection": found.id, "why": "away"}
    with pytest.raises(Conflict):
        hand(session, found, "third", now)


def test_who_did_the_work_neither_hands_it_over_nor_gets_it(
    session: Session, found: Inspection, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        hand(session, found, "second", now, Actor("agent-1", Role.INSPECTOR))
    with pytest.raises(Invalid):
        hand(session, found, "agent-1", now)


def test_an_inspector_gives_their_own_away_and_nobody_gives_to_themselves(
    session: Session, found: Inspection, now: datetime
) -> None:
    first, second = (Actor(name, Role.INSPECTOR) for name in ("first", "second"))
    for to in ("second", "third"):
        with pytest.raises(NotAllowed):
            hand(session, found, to, now, second)  # another's, to themselves or to a third
    lead = scene.person(session, "lead", Role.TEAM_LEAD, now)
    with pytest.raises(NotAllowed):
        hand(session, found, "lead", now, lead)
    shown = [handing.may_be_handed(found, each) for each in (first, second, lead)]
    assert shown == [True, False, True]
    hand(session, found, "second", now, first)
    assert found.inspector == "second"


def test_it_goes_to_nobody_who_may_not_inspect_and_not_to_who_has_it(
    session: Session, found: Inspection, now: datetime
) -> None:
    scene.person(session, "clerk", Role.AGENT, now)
    gone = accounts.find(session, "third")
    assert gone
    gone.disabled_at = now
    session.flush()
    for name in ("clerk", "third", "nobody"):
        with pytest.raises(Invalid):
            hand(session, found, name, now)
    with pytest.raises(Conflict):
        hand(session, found, "first", now)


def test_a_calibration_stays_blind(session: Session, found: Inspection, now: datetime) -> None:
    maker = scene.person(session, "plan-maker", Role.ADMINISTRATOR, now)
    scene.person(session, "fourth", Role.INSPECTOR, now)
    wish = Wish("校准", [found.id or 0], ["second", "third"])
    row = calibrations.open_one(session, wish, [found], actor=maker, now=now)
    with pytest.raises(Invalid):
        hand(session, found, "second", now)  # who marks it blind
    sheet = calibrations.sheets(session, row)[0]
    with pytest.raises(NotAllowed):
        hand(session, sheet, "fourth", now)
    hand(session, found, "fourth", now)


def test_each_is_told_what_is_theirs_once(
    session: Session, found: Inspection, now: datetime
) -> None:
    assert told(session) == [("person:first", "inspection_given")]
    hand(session, found, "second", now)
    second = scene.person(session, "second", Role.INSPECTOR, now)
    marks = Marks({**ALL_MET, "listening": "missed"}, (), "抢话")
    inspections.submit(session, found, marks, actor=second, now=now)
    agent = scene.person(session, "agent-1", Role.INSPECTOR, now)
    appeals.appeal(session, found, "对方先停了", actor=agent, now=now)
    decision = Decision(Verdict.UPHELD, "不变")
    appeals.decide(session, found, decision, actor=LEAD, now=now)
    assert told(session)[1:] == [
        ("person:second", "inspection_given"),
        ("person:agent-1", "inspection_result"),
        ("team_lead:", "inspection_appealed"),
        ("person:second", "inspection_appealed"),
        ("person:agent-1", "inspection_decided"),
        ("person:second", "inspection_decided"),
    ]
