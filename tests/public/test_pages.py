"""The ticket's own page over HTTP: opened by a link, changed by POST alone."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text
from sqlmodel import Session, select

from dispatch import history
from dispatch.models import Confidentiality, Rating, Ticket
from dispatch.requesters.models_requesters import Addition
from hotline.core.clock import now as present
from tests.dispatch.deciding_scene import awaiting, dispatched
from tests.dispatch.requester_scene import answer, key_of, make_report
from tests.factories import create_ticket

TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')
LARGEST = 20_000  # bytes, with its style
TABLES = ("ticket", "event", "addition", "rating", "callback", "requester_link", "reminder")


@pytest.fixture
def moment() -> datetime:
    return present()


@pytest.fixture
def phone(anonymous: TestClient) -> TestClient:
    """The requester's browser, on the site's own address."""
    anonymous.base_url = "https://testserver"
    return anonymous


def enter(phone: TestClient, session: Session, ticket: Ticket, moment: datetime) -> Response:
    """Open the link from the message."""
    key = key_of(session, ticket, moment)
    session.flush()
    return phone.get(f"/t/{ticket.number}?key={key}")


def token_on(page: Response) -> str:
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


def rows(session: Session) -> list[int]:
    return [session.execute(text(f"SELECT count(*) FROM {each}")).scalar_one() for each in TABLES]  # noqa: S608  # names of our own tables


def test_the_key_leaves_the_address_at_once_and_is_told_to_no_other_page(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = create_ticket(session, now=moment)
    key = key_of(session, ticket, moment)
    first = phone.get(f"/t/{ticket.number}?key={key}", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, f"/t/{ticket.number}")
    assert first.headers["referrer-policy"] == "no-referrer"
    cookie = first.headers["set-cookie"]
    for told in ("HttpOnly", "Secure", "SameSite=lax", f"Path=/t/{ticket.number}", "Max-Age=1800"):
        assert told in cookie
    page = phone.get(f"/t/{ticket.number}")
    assert page.status_code == 200
    assert key not in page.text
    assert "我们收到了" in page.text
    assert "路灯" in page.text


def test_no_page_of_the_door_is_kept_indexed_framed_or_scripted(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = create_ticket(session, now=moment)
    found = enter(phone, session, ticket, moment)
    for page in (found, phone.get("/t/"), phone.post("/t/"), phone.get("/t/1?key=x")):
        assert page.headers["cache-control"] == "no-store"
        assert "noindex" in page.headers["x-robots-tag"]
        assert page.headers["referrer-policy"] in ("no-referrer", "same-origin")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "<script" not in page.text
        assert "style=" not in page.text


def test_looking_changes_nothing_however_often_and_by_whomever(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    key = key_of(session, ticket, moment)
    session.flush()
    before, version = rows(session), ticket.version
    for _ in range(3):
        phone.get(f"/t/{ticket.number}?key={key}")
        phone.get(f"/t/{ticket.number}/withdraw")
        phone.head(f"/t/{ticket.number}?key={key}")
        for path in ("rating", "additions"):
            assert phone.get(f"/t/{ticket.number}/{path}").status_code in (404, 405)
    assert (rows(session), ticket.version) == (before, version)


def test_what_is_written_is_kept_masked_and_seen(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    page = enter(phone, session, ticket, moment)
    said = {"token": token_on(page), "text": "灯在小学门口，电话13989005678。"}
    answers = [phone.post(f"/t/{ticket.number}/additions", data=said) for _ in range(5)]
    assert {each.status_code for each in answers} == {200}
    assert "灯在小学门口" in answers[0].text
    assert "13989005678" not in answers[0].text
    assert len(session.exec(select(Addition)).all()) == 1


def test_withdrawing_asks_once_more_and_then_is_done(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    enter(phone, session, ticket, moment)
    asked = phone.get(f"/t/{ticket.number}/withdraw")
    assert ticket.status == "dispatched"
    said = {"token": token_on(asked), "seen": "dispatched", "wish": "settled_otherwise"}
    for _ in range(2):
        done = phone.post(f"/t/{ticket.number}/withdraw", data=said)
        assert done.status_code == 200
        assert "撤回" in done.text
    assert ticket.status == "withdrawn"
    assert history.story(session, ticket)[-1].refs["wish"] == "settled_otherwise"


def test_an_answer_that_came_meanwhile_is_shown_before_anything_is_withdrawn(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    page = enter(phone, session, ticket, moment)
    said = {"token": token_on(page), "seen": "dispatched"}
    refused = phone.post(f"/t/{ticket.number}/withdraw", data=said)
    assert refused.status_code == 412
    assert "新的进展" in refused.text
    assert f'href="/t/{ticket.number}"' in refused.text
    assert ticket.status == "awaiting_callback"


def test_a_rating_is_kept_once_a_round(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    page = enter(phone, session, ticket, moment)
    assert "路灯已经修好" in page.text
    bad = {"token": token_on(page), "satisfaction": "1", "solved": "false", "reason": ["too_slow"]}
    for _ in range(3):
        shown = phone.post(f"/t/{ticket.number}/rating", data=bad)
        assert shown.status_code == 200
    assert "已经重新办理 1 次" in shown.text
    answer(session, ticket, moment)
    again = phone.get(f"/t/{ticket.number}")
    good = {"token": token_on(again), "satisfaction": "5", "reason": ["rude"]}
    closed = phone.post(f"/t/{ticket.number}/rating", data=good)
    assert "非常满意" in closed.text
    kept = session.exec(select(Rating).order_by("id")).all()
    assert [(each.satisfaction, each.reasons) for each in kept] == [(1, ["too_slow"]), (5, [])]
    refused = phone.post(f"/t/{ticket.number}/rating", data={**good, "satisfaction": "2"})
    assert refused.status_code == 409


def test_a_link_still_shows_how_it_ended(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    page = enter(phone, session, ticket, moment)
    phone.post(f"/t/{ticket.number}/rating", data={"token": token_on(page), "satisfaction": "4"})
    closed = phone.get(f"/t/{ticket.number}")
    assert "已经办完" in closed.text
    assert "<form" not in closed.text


@pytest.mark.parametrize("part", ["additions", "withdraw", "rating"])
def test_a_form_of_another_page_does_nothing(
    phone: TestClient, session: Session, moment: datetime, part: str
) -> None:
    ticket = awaiting(session, moment)
    enter(phone, session, ticket, moment)
    before = rows(session)
    said = {"text": "补充", "satisfaction": "1", "seen": "awaiting_callback", "token": "0" * 64}
    assert phone.post(f"/t/{ticket.number}/{part}", data=said).status_code == 403
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    refused = phone.post(f"/t/{ticket.number}/{part}", data=said, headers=elsewhere)
    assert refused.status_code == 403
    assert rows(session) == before


@pytest.mark.parametrize("part", ["additions", "withdraw", "rating"])
def test_nobody_without_the_link_changes_anything(
    phone: TestClient, session: Session, moment: datetime, part: str
) -> None:
    ticket = awaiting(session, moment)
    said = {"text": "补充", "satisfaction": "1", "seen": "awaiting_callback", "token": "0" * 64}
    real = phone.post(f"/t/{ticket.number}/{part}", data=said)
    none = phone.post(f"/t/261125999990/{part}", data=said)
    assert (real.status_code, none.status_code) == (404, 404)
    assert real.text.replace(ticket.number, "") == none.text.replace("261125999990", "")


def test_a_wrong_key_and_a_number_that_is_not_there_are_told_apart_by_nobody(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = create_ticket(session, now=moment)
    for query in ("?key=AAAAAAAAAAAAAAAAAAAAAA", ""):
        real = phone.get(f"/t/{ticket.number}{query}")
        none = phone.get(f"/t/261125999990{query}")
        assert real.status_code == none.status_code
        assert real.text.replace(ticket.number, "") == none.text.replace("261125999990", "")
        assert "status" not in real.headers


def test_a_sealed_ticket_is_shut_to_a_link_that_was_good(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = create_ticket(session, now=moment)
    enter(phone, session, ticket, moment)
    ticket.confidentiality = Confidentiality.SEALED
    session.flush()
    shut = phone.get(f"/t/{ticket.number}")
    assert shut.status_code == 404
    assert "链接打不开" in shut.text


def test_a_report_shows_how_far_it_is_and_nothing_else(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = make_report(session, awaiting(session, moment))
    page = enter(phone, session, ticket, moment)
    assert "已经有答复" in page.text
    for hidden in ("路灯", "城关区", "执法局", f"/t/{ticket.number}/withdraw"):
        assert hidden not in page.text


def test_tibetan_is_offered_as_the_draft_it_is(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    enter(phone, session, ticket, moment)
    page = phone.get(f"/t/{ticket.number}?lang=bo")
    assert '<html lang="bo">' in page.text
    assert "草稿" in page.text
    assert "ཚན་པས་སྒྲུབ་བཞིན་ཡོད།" in page.text
    assert '<html lang="bo">' in phone.get(f"/t/{ticket.number}").text
    assert '<html lang="zh-CN">' in phone.get("/t/?lang=zh").text


def test_every_page_is_small(phone: TestClient, session: Session, moment: datetime) -> None:
    ticket = awaiting(session, moment)
    page = enter(phone, session, ticket, moment)
    styles = [phone.get(each) for each in re.findall(r'(?:href)="(/static/[^"]+)"', page.text)]
    assert len(styles) == 3
    whole = len(page.content) + sum(len(each.content) for each in styles)
    assert whole < LARGEST, whole


@pytest.mark.parametrize("number", ["%00", "a" * 300, "..%2f..", "%ed%a0%80", "１２３"])
def test_odd_numbers_open_nothing_and_break_nothing(phone: TestClient, number: str) -> None:
    assert phone.get(f"/t/{number}").status_code in (200, 404)
    assert phone.get(f"/t/{number}?key=x").status_code in (404, 422)
