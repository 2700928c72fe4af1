"""热点预警: raised where it is hot and only there, grown, owned, decided once, never a leak."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.clustering import cluster_record
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.hot import alerts, deciding, precision
from dispatch.hot.alerts import Wanted
from dispatch.hot.deciding import Verdict
from dispatch.hot.models_hot import HotAlert
from dispatch.hot.states import Decision, State
from dispatch.models import Ticket
from dispatch.notices import staff_notices
from dispatch.notices.models_notices import StaffNotice
from dispatch.notices.staff_gateways import Channel, StaffMessage, Way
from dispatch.sealing import sealing
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from tests.dispatch.hot_scene import MINUTE, POWER, alert_of, asked, burst, looked, quiet_weeks
from tests.dispatch.sealing_scene import WHY, somebody

NOTHING = Verdict(Decision.NONE, "同一人反复来电", false_alarm=True)


def swept(session: Session, now: datetime) -> HotAlert:
    """Sweep until the counting has come to now; return the one alert there is."""
    for _ in range(12):
        looked(session, now)
    return session.exec(select(HotAlert)).one()


def test_six_calls_about_a_power_cut_in_six_minutes_are_an_alert(
    session: Session, lead: Actor, now: datetime
) -> None:
    quiet_weeks(session, now)
    tickets = burst(session, now)
    alert = swept(session, now)
    assert (alert.place, alert.matter, alert.kind) == ("540102", "/".join(POWER), "burst")
    assert (alert.count, alert.alike, alert.owner) == (6, 6, "lead")
    assert alert.expected < 1 < 5 < alert.score
    shown = alerts.tickets(session, alert, reader=lead)
    assert {each.number for each in shown} == {each.number for each in tickets}


def test_a_usual_hour_is_no_alert_and_neither_is_a_site_without_history(
    session: Session, now: datetime
) -> None:
    burst(session, now)
    assert looked(session, now) == 0
    assert session.exec(select(HotAlert)).first() is None


def test_more_calls_let_the_open_alert_grow_and_raise_no_second_one(
    session: Session, now: datetime
) -> None:
    quiet_weeks(session, now)
    burst(session, now)
    before = swept(session, now).version
    looked(session, now)
    later = now + 5 * MINUTE
    asked(session, later - MINUTE)
    alert = swept(session, later)
    assert (alert.count, alert.version) == (7, before)  # a decision that is being written stands
    told = [each.type for each in alerts.story(session, alert)]
    assert told == [EventType.HOT_RAISED, EventType.HOT_GREW]


def test_what_was_decided_rests_until_twice_as_many_have_asked(
    session: Session, lead: Actor, now: datetime
) -> None:
    quiet_weeks(session, now)
    burst(session, now)
    deciding.decide(session, swept(session, now), NOTHING, actor=lead, now=now)
    asked(session, now + MINUTE)
    assert looked(session, now + 2 * MINUTE) == 0
    burst(session, now + 10 * MINUTE, 12)
    assert looked(session, now + 10 * MINUTE) == 1


def test_a_sealed_ticket_counts_and_is_shown_to_nobody_beyond_its_readers(
    session: Session, lead: Actor, now: datetime
) -> None:
    quiet_weeks(session, now)
    secret = burst(session, now)[0]
    sealing.seal(session, secret, WHY, actor=lead, now=now)
    alert = swept(session, now)
    other = somebody(session, "other", Role.SUPERVISOR, now)
    assert alert.count == 6
    assert secret.number not in {
        each.number for each in alerts.tickets(session, alert, reader=other)
    }
    assert secret.number in {each.number for each in alerts.tickets(session, alert, reader=lead)}


def test_another_district_s_alert_is_not_there(session: Session, now: datetime) -> None:
    alert = alert_of(session, now)
    beyond = Actor("beyond", Role.TEAM_LEAD, district="540200")
    within = Actor("within", Role.TEAM_LEAD, district="540100")
    assert alerts.listed(session, Wanted(), reader=within) == [alert]
    assert not alerts.listed(session, Wanted(), reader=beyond)
    with pytest.raises(NotFound):
        alerts.find(session, alert.id or 0, reader=beyond)


def test_an_owner_is_named_by_hand_and_must_be_one_who_decides(
    session: Session, lead: Actor, agent: Actor, now: datetime
) -> None:
    alert = alert_of(session, now)
    with pytest.raises(Invalid):
        alerts.assign(session, alert, agent.name, actor=lead, now=now)
    alert = alert_of(session, now, place="540103")
    alerts.assign(session, alert, lead.name, actor=lead, now=now)
    assert (alert.state, alert.owner) == (State.OWNED, "lead")


def test_a_decision_to_merge_merges_and_closes_nothing(
    session: Session, lead: Actor, now: datetime
) -> None:
    quiet_weeks(session, now)
    main, *rest = burst(session, now)
    alert = swept(session, now)
    members = tuple(each.number for each in rest)
    verdict = Verdict(Decision.MERGE, "同一处停电", main=main.number, members=members)
    deciding.decide(session, alert, verdict, actor=lead, now=now)
    cluster = cluster_record.of_ticket(session, main)
    assert cluster
    assert cluster_record.count(session, cluster) == 6
    assert {each.status for each in session.exec(select(Ticket).where(Ticket.id == main.id))} == {
        "registered"
    }


def test_departments_are_told_once_each(session: Session, lead: Actor, now: datetime) -> None:
    alert = alert_of(session, now)
    why = "片区停电，来电13989001234"
    verdict = Verdict(Decision.INFORM, why, departments=("540102-urban", "540102-urban"))
    deciding.decide(session, alert, verdict, actor=lead, now=now)
    assert "13989001234" not in alert.reason
    notices = session.exec(select(StaffNotice)).all()
    assert [(each.recipient, each.says) for each in notices] == [("department:540102-urban", "hot")]
    assert alert.departments == ["540102-urban"]


def test_a_department_s_notice_names_its_own_newest_ticket_alone(
    session: Session, lead: Actor, now: datetime
) -> None:
    quiet_weeks(session, now)
    mine, theirs, *_ = burst(session, now)
    alert = swept(session, now)
    for ticket, code in ((mine, "540102-urban"), (theirs, "540102-water")):
        dispatching.dispatch(session, ticket, [Assignment(code)], actor=lead, now=now)
    told = ("540102-urban", "540102-education")
    verdict = Verdict(Decision.INFORM, "片区停电", departments=told)
    deciding.decide(session, alert, verdict, actor=lead, now=now)
    sent: list[StaffMessage] = []
    staff_notices.deliver(session, Channel.SMS, Way(sent.extend, 10), now=now)
    hot = [(each.to, each.ticket, each.order, each.about) for each in sent if each.says == "hot"]
    assert hot == [
        ("department:540102-urban", mine.number, f"{mine.number}-1", f"hot:{alert.id}"),
        ("department:540102-education", "", "", f"hot:{alert.id}"),
    ]


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(Decision.NONE, " "),
        Verdict(Decision.MERGE, "同一处"),
        Verdict(Decision.INFORM, "请知悉"),
        Verdict(Decision.INFORM, "误报", false_alarm=True, departments=("540102-urban",)),
        Verdict(Decision.MERGE, "别处的工单", main="1", members=("2",)),
    ],
)
def test_a_verdict_that_says_too_little_is_refused(
    session: Session, lead: Actor, now: datetime, verdict: Verdict
) -> None:
    alert = alert_of(session, now)
    with pytest.raises(Invalid), session.begin_nested():
        deciding.decide(session, alert, verdict, actor=lead, now=now)
    session.refresh(alert)
    assert alert.state == State.RAISED


def test_nothing_is_decided_twice(session: Session, lead: Actor, now: datetime) -> None:
    alert = alert_of(session, now)
    deciding.decide(session, alert, NOTHING, actor=lead, now=now)
    with pytest.raises(Conflict):
        deciding.decide(session, alert, NOTHING, actor=lead, now=now)
    with pytest.raises(Conflict):
        alerts.assign(session, alert, lead.name, actor=lead, now=now)


def test_precision_is_what_was_confirmed_of_what_was_decided(
    session: Session, lead: Actor, now: datetime
) -> None:
    right = Verdict(Decision.INFORM, "属实", departments=("540102-urban",))
    for place, verdict in (("540102", right), ("540103", right), ("540121", NOTHING)):
        deciding.decide(session, alert_of(session, now, place), verdict, actor=lead, now=now)
    alert_of(session, now, "540122")
    day = timedelta(days=1)
    found = precision.between(session, now - day, now + day, reader=lead)
    assert (found.raised, found.decided, found.confirmed, found.share) == (4, 3, 2, 0.667)
    assert precision.between(session, now + day, now + 2 * day, reader=lead).share is None


def test_no_event_of_an_alert_holds_a_word_of_a_ticket(
    session: Session, lead: Actor, now: datetime
) -> None:
    quiet_weeks(session, now)
    tickets = burst(session, now)
    alert = swept(session, now)
    deciding.decide(session, alert, NOTHING, actor=lead, now=now)
    told = str([each.refs for each in events.history(session, f"hot:{alert.id}")])
    assert not any(each.number in told for each in tickets)
    assert "同一人" not in told
    assert "团结新村" not in told
