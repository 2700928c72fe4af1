"""What the requester's page asks once more, how it explains itself, and its large version."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

import dispatch
from dispatch import feed, history
from dispatch.models import Rating
from dispatch.requesters import course
from dispatch.rules.limits import LimitUnit
from hotline.core.clock import now as present
from hotline.core.events import Audience, EventType
from hotline.public.offering import KINDS
from hotline.public.words import table
from tests.dispatch.deciding_scene import awaiting, dispatched
from tests.dispatch.requester_scene import make_report
from tests.public.test_pages import enter, token_on

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def moment() -> datetime:
    return present()


@pytest.fixture
def phone(anonymous: TestClient) -> TestClient:
    """The requester's browser, on the site's own address."""
    anonymous.base_url = "https://testserver"
    return anonymous


def test_a_rating_is_shown_once_more_before_it_is_kept(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    page = enter(phone, session, ticket, moment)
    assert f'action="/t/{ticket.number}/rating/check"' in page.text
    said = {"token": token_on(page), "satisfaction": "2", "solved": "false", "reason": "too_slow"}
    asked = phone.post(f"/t/{ticket.number}/rating/check", data=said)
    assert asked.status_code == 200
    for word in ("请您核对", "不满意", "办得太慢", "要求重新办理"):
        assert word in asked.text
    assert session.exec(select(Rating)).all() == []
    form = dict(HIDDEN.findall(asked.text))
    assert form == said
    phone.post(f"/t/{ticket.number}/rating", data=form)
    (kept,) = session.exec(select(Rating)).all()
    assert (kept.satisfaction, kept.via, kept.reasons) == (2, "link", ["too_slow"])
    again = phone.post(f"/t/{ticket.number}/rating/check", data=said)
    assert "请您核对" not in again.text
    nothing = phone.post(f"/t/{ticket.number}/rating/check", data={"token": form["token"]})
    assert nothing.status_code == 422
    assert f'href="/t/{ticket.number}"' in nothing.text


def test_who_asks_for_confidentiality_is_told_what_it_takes_and_then_unknown_to_departments(
    phone: TestClient, session: Session, moment: datetime, desk: Callable[[str], TestClient]
) -> None:
    ticket = dispatched(session, moment)
    urban, order = desk("540102-urban"), f"/api/v1/work-orders/{ticket.number}-1"
    assert urban.get(order).json()["requester"] == "139****1234"
    page = enter(phone, session, ticket, moment)
    assert f'href="/t/{ticket.number}/confidential"' in page.text
    asked = phone.get(f"/t/{ticket.number}/confidential")
    assert "不能在网上撤回" in asked.text
    assert ticket.confidentiality == "internal"
    for _ in range(2):
        done = phone.post(f"/t/{ticket.number}/confidential", data={"token": token_on(asked)})
        assert done.status_code == 200
    assert "已经保密" in done.text
    assert ticket.confidentiality == "confidential"
    assert urban.get(order).json()["requester"] == ""
    told = feed.concerning(session, history.story(session, ticket), "540102-urban")
    assert told[-1].type == "ticket.made_confidential"
    story = [each for each in history.story(session, ticket) if "confidential" in each.type]
    assert [(each.actor, each.audience) for each in story] == [("requester", Audience.CALLER)]
    for hidden in ("路灯", "城关区", f"/t/{ticket.number}/withdraw"):
        assert hidden not in done.text
    assert phone.post(f"/t/{ticket.number}/confidential").status_code == 403


def test_a_ticket_that_is_over_or_is_nobodys_is_made_confidential_by_no_form(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    page = enter(phone, session, ticket, moment)
    token = token_on(page)
    said = {"token": token, "seen": "dispatched"}
    phone.post(f"/t/{ticket.number}/withdraw", data=said)
    assert ticket.status == "withdrawn"
    refused = phone.post(f"/t/{ticket.number}/confidential", data={"token": token})
    assert refused.status_code == 409
    phone.cookies.clear()
    assert phone.get(f"/t/{ticket.number}/confidential").status_code == 404
    assert ticket.confidentiality == "internal"


def test_the_page_says_what_happened_and_why_that_day_was_promised(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    page = enter(phone, session, ticket, moment)
    told = page.text.partition('id="course"')[2]
    assert told.index("收到您反映的事") < told.index("转给单位办理")
    assert "城关区城市管理和综合执法局" in told
    assert "个工作日内。" in page.text
    assert "周末和放假的日子不算" in page.text
    steps = course.of_ticket(session, ticket)
    assert [each.what for each in steps] == ["ticket.registered", "ticket.dispatched"]
    report = make_report(session, ticket)
    guarded = phone.get(f"/t/{report.number}").text
    assert 'id="course"' not in guarded
    assert "个工作日内。" not in guarded


def test_the_large_version_is_kept_and_says_less(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    page = enter(phone, session, ticket, moment)
    assert 'class="elder"' not in page.text
    large = phone.get(f"/t/{ticket.number}?elder=1")
    assert 'class="elder"' in large.text
    assert len(large.text) < len(page.text)
    for gone in ('id="course"', "个工作日", "登记日期"):
        assert gone in page.text
        assert gone not in large.text
    said = {"token": token_on(large), "text": "灯在小学门口。"}
    assert "灯在小学门口。" in phone.post(f"/t/{ticket.number}/additions", data=said).text
    form = phone.get("/new")
    assert 'class="elder"' in form.text
    assert 'name="kind"' not in form.text
    assert 'class="elder"' not in phone.get("/new?elder=0").text
    assert 'class="elder"' not in phone.get("/t/").text


def test_every_code_has_its_word() -> None:
    words = table("zh")
    assert words["kind"].keys() == {each.value for each in KINDS}
    assert words["span"].keys() == {each.value for each in LimitUnit}
    assert words["course"].keys() - {"title"} == {each.value for each in course.TOLD}


def test_whatever_callers_are_told_is_on_their_page() -> None:
    """Each event that dispatch tells callers of is a step there, or shown otherwise."""
    source = re.compile(r"EventType\.(\w+)[^()]*?(?:Audience\.CALLER|audience=caller)", re.S)
    files = Path(dispatch.__file__).parent.rglob("*.py")
    told = {EventType[name] for each in files for name in source.findall(each.read_text())}
    assert len(told) >= 8
    assert told <= course.TOLD | course.UNTOLD
