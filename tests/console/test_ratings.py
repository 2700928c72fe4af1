"""好差评 in the console and in the portal: verified, appealed against, decided, asked blind."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.models import Callback, Rating
from dispatch.ratings import alerts, blind_draw, jobs
from dispatch.ratings.models_ratings import BadRating, BlindCallback, RatingAlert
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.events import Event, EventType
from hotline.web import qr
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.rating_scene import DEPARTMENT, answered, bad_rating, callback_of, rated
from tests.dispatch.requester_scene import SITE, site_with_pages

PAGE = "/console/ratings"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def handler(session: Session, now: datetime) -> TestClient:
    """A browser in which somebody of the department is signed in."""
    browser = enter(another(session), session, Role.HANDLER, now)
    account = session.exec(select(Account).where(Account.role == Role.HANDLER)).one()
    account.department = DEPARTMENT
    session.flush()
    return browser


def fresh(session: Session, bad: BadRating) -> BadRating:
    session.expire_all()
    return session.get_one(BadRating, bad.id)


def test_verified_appealed_and_decided_by_three_people(
    agent: TestClient, handler: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    bad = bad_rating(session, at)
    listed = agent.get(PAGE).text
    assert "非常不满意" in listed
    assert "待核实" in listed
    one = agent.get(f"{PAGE}/{bad.id}").text
    assert "确定核实结论" in one
    form = {"verdict": "true", "note": "已电话核实", "version": str(bad.version)}
    after = agent.post(f"{PAGE}/{bad.id}/verify", data=form)
    assert "已电话核实" in after.text
    assert agent.post(f"{PAGE}/{bad.id}/verify", data=form).status_code == 412
    own = f"/portal/ratings/{bad.id}"
    assert "属实" in handler.get("/portal/ratings").text
    assert "提出申诉" in handler.get(own).text
    plea = {"ground": "wrong_rating", "statement": "按错了键"}
    seen = {**plea, "version": str(fresh(session, bad).version)}
    assert "按错了键" in handler.post(f"{own}/appeal", data=seen).text
    assert "提出申诉" not in handler.get(own).text
    decision = {"upheld": "true", "note": "录音可证", "version": str(fresh(session, bad).version)}
    assert agent.post(f"{PAGE}/{bad.id}/decision", data=decision).status_code == 403
    decided = lead.post(f"{PAGE}/{bad.id}/decision", data=decision).text
    assert "申诉成立，不计入指标" in decided
    assert "已剔除：误评" in decided
    assert session.get_one(Rating, fresh(session, bad).rating_id).satisfaction == 1
    assert "误评" in handler.get(own).text


def test_what_is_not_to_be_done_is_said_in_words(
    lead: TestClient, session: Session, at: datetime
) -> None:
    bad = bad_rating(session, at)
    decision = {"upheld": "true", "note": "x", "version": str(bad.version)}
    refused = lead.post(f"{PAGE}/{bad.id}/decision", data=decision)
    assert refused.status_code == 409
    assert "没有待裁定的申诉。" in refused.text
    assert lead.get(f"{PAGE}/999999").status_code == 404


def test_a_drawn_callback_is_asked_again_without_its_first_answer(
    agent: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    ticket, _ = rated(session, at - timedelta(days=7), 5)
    week = blind_draw.week_before(beijing_day(at))
    drawn = lead.post(f"{PAGE}/blind/draws", data={"week": week})
    assert week in drawn.text
    again = lead.post(f"{PAGE}/blind/draws", data={"week": week})
    assert "这一周已经抽过样。" in again.text
    page = agent.get(f"{PAGE}/blind").text
    assert ticket.number not in page  # it leads to where the answer stands
    assert ticket.text not in page  # whose words would lead there
    row = session.exec(select(BlindCallback)).one()
    assert agent.post(f"{PAGE}/blind/{row.id}/reveal", data={"reason": "盲复核"}).status_code == 403
    taken = agent.post(f"{PAGE}/blind/{row.id}/take").text
    assert ticket.text in taken
    assert ticket.number not in taken
    hidden = agent.get(f"/console/tickets/{ticket.number}")
    assert (hidden.status_code, "您正在盲复核这件事" in hidden.text) == (403, True)
    refused = select(Event.actor).where(Event.type == EventType.ACCESS_REFUSED)
    assert "agent-1" in (session.exec(refused.order_by(col(Event.id).desc())).first() or "")
    asked = agent.post(f"{PAGE}/blind/{row.id}/reveal", data={"reason": "盲复核"})
    assert (asked.status_code, "revealed" in asked.text) == (200, True)
    assert ticket.number not in asked.text
    assert agent.post(f"{PAGE}/blind/{row.id}/reveal", data={"reason": " "}).status_code == 422
    form = {"reached": "true", "contacted": "yes", "solved": "no", "rating": "2"}
    after = agent.post(f"{PAGE}/blind/{row.id}", data=form).text
    assert "100.0%" in after
    assert "没有要您再问的人。" in after
    assert session.exec(select(Callback.satisfaction)).one() == 5
    assert agent.get(f"/console/tickets/{ticket.number}").status_code == 200


def test_an_alert_is_taken_and_decided(lead: TestClient, session: Session, at: datetime) -> None:
    ticket, _ = rated(session, at, 5)
    callback_of(session, ticket).by = f"{DEPARTMENT}#1"
    session.flush()
    later = clock()
    alerts.raise_all(session, jobs.look(session, now=later), now=later)
    page = lead.get(f"{PAGE}/alerts").text
    assert "自办自访" in page
    assert "回访人自己承办过这件事。" in page
    alert = session.exec(select(RatingAlert).where(RatingAlert.rule == "self_callback")).one()
    door = f"{PAGE}/alerts/{alert.id}"
    assert lead.post(f"{door}/owner", data={"version": "1"}).status_code == 200
    given = {"decision": "gamed", "version": "2"}
    assert lead.post(f"{door}/decision", data=given).status_code == 200
    assert "自办自访" in lead.get(f"{PAGE}/alerts?decided=true").text
    session.expire_all()
    assert (alert.decision, alert.owner) == ("gamed", "team_lead-1")


def test_paper_is_taken_down_with_who_did(
    agent: TestClient, session: Session, at: datetime
) -> None:
    ticket = answered(session, at)
    day = beijing_day(at).isoformat()
    form = {"number": ticket.number, "filled_in_on": day, "satisfaction": "4", "attitude": "5"}
    assert f"已录入工单 {ticket.number} 的纸质评价" in agent.post(f"{PAGE}/paper", data=form).text
    refused = agent.post(f"{PAGE}/paper", data=form | {"satisfaction": "1"})
    assert "现在不能评价" in refused.text
    assert session.exec(select(Rating.via)).one() == "paper"


def test_an_auditor_reads_and_changes_nothing(
    auditor: TestClient, session: Session, at: datetime
) -> None:
    bad = bad_rating(session, at)
    assert auditor.get(f"{PAGE}/{bad.id}").status_code == 200
    form = {"verdict": "true", "note": "x", "version": "1"}
    assert auditor.post(f"{PAGE}/{bad.id}/verify", data=form).status_code == 403
    assert auditor.get(f"{PAGE}/alerts").status_code == 403


def test_a_code_leads_to_the_own_page_and_holds_no_key(
    agent: TestClient, session: Session, at: datetime
) -> None:
    ticket = answered(session, at)
    assert "没有二维码可用" in agent.get(f"{PAGE}/poster").text
    assert agent.get(f"{PAGE}/poster/code.svg").status_code == 404
    with site_with_pages():
        page = agent.get(f"{PAGE}/poster?number={ticket.number}").text
        assert f"{SITE}/t/{ticket.number}?via=qr<" in page
        drawn = agent.get(f"{PAGE}/poster/code.svg?number={ticket.number}")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert drawn.text == qr.svg(f"{SITE}/t/{ticket.number}?via=qr")
        assert agent.get(f"{PAGE}/poster?number=261126999999").status_code == 404
