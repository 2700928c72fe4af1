"""我要反映 over HTTP: a request by web, who may send how many, and how large a page is."""

import hashlib
import json
import re
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from dispatch import history
from dispatch.models import Notice, Source, Ticket
from dispatch.requesters.submitting import OF_NAMELESS, OF_PHONE
from hotline.core import privacy
from hotline.core.clock import now as present
from hotline.core.privacy import Person
from hotline.public import form_proof
from hotline.public.offering import Sent
from hotline.web.idempotency import KeptReply
from tests.dispatch.deciding_scene import awaiting, dispatched
from tests.public.test_pages import enter
from tests.web.asking import Limit

PHONE = "13989007788"
SAID = {
    "text": "小学门口的路灯坏了，晚上看不见，请联系13989007788。",
    "place": "城关区某路小学",
    "phone": PHONE,
    "consent": "1",
}
LARGEST = 30_000  # bytes of a whole page with its styles (issue 7)
PROOF = re.compile(r'name="proof" value="([0-9a-f.]+)"')
STYLE = re.compile(r'href="(/static/[^"]+)"')
LINK = re.compile(r"/t/(\d{12})\?key=([\w-]{22})")


@pytest.fixture
def moment() -> datetime:
    return present()


@pytest.fixture
def phone(anonymous: TestClient) -> TestClient:
    """A browser that keeps cookies and runs no scripts, on the site's own address."""
    anonymous.base_url = "https://testserver"
    return anonymous


def proof(aged: timedelta = timedelta(minutes=2)) -> str:
    """Return the proof of a form that was shown a while ago."""
    return form_proof.made(present() - aged)


def submit(phone: TestClient, /, **changed: str) -> Response:
    sent = {**SAID, "proof": proof(), **changed}
    return phone.post("/new", data={name: said for name, said in sent.items() if said})


def made(session: Session) -> list[Ticket]:
    return list(session.exec(select(Ticket).order_by("id")).all())


def test_a_request_by_web_is_registered_as_an_agents_words_are(
    phone: TestClient, session: Session
) -> None:
    page = submit(phone, kind="assistance")
    assert page.status_code == 200
    (ticket,) = made(session)
    assert (ticket.source, ticket.status, ticket.request_type) == (
        Source.WEB,
        "registered",
        "assistance",
    )
    assert "地点：城关区某路小学。" in ticket.text
    assert PHONE not in ticket.text + ticket.title
    person = session.get_one(Person, ticket.person_id)
    found = privacy.phone_of(person)
    assert found
    assert found.e164 == f"+86{PHONE}"
    first = history.story(session, ticket)[0]
    assert (first.type, first.actor) == ("ticket.registered", "requester")
    owed = session.exec(select(Notice).where(Notice.ticket_id == ticket.id)).all()
    assert [each.template for each in owed] == ["registered"]


def test_number_and_link_are_shown_and_the_link_opens_its_page(
    phone: TestClient, session: Session
) -> None:
    page = submit(phone)
    (ticket,) = made(session)
    assert f">{ticket.number}</p>" in page.text
    assert PHONE not in page.text
    link = LINK.search(page.text)
    assert link
    assert link[1] == ticket.number
    assert "ticket_key=" in page.headers["set-cookie"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert f'href="/t/{ticket.number}?elder=1"' in page.text
    phone.cookies.clear()
    opened = phone.get(link[0])
    assert "我们收到了" in opened.text
    assert PHONE not in opened.text
    assert phone.get(f"/t/{ticket.number}?key=AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_button_that_is_pressed_twice_makes_one_ticket(
    phone: TestClient, session: Session
) -> None:
    same = proof()
    pages = [submit(phone, proof=same) for _ in range(3)]
    assert len({page.text for page in pages}) == 1
    assert len(made(session)) == 1
    other = submit(phone, proof=same, text="另一件事。")
    assert other.status_code == 409
    assert "已经交过了" in other.text
    assert len(made(session)) == 1


def test_what_is_kept_of_a_form_tells_no_telephone_to_who_tries_them_all(
    phone: TestClient, session: Session
) -> None:
    submit(phone)
    (kept,) = session.exec(select(KeptReply)).all()
    told = json.dumps({**asdict(Sent(**SAID)), "proof": ""}, ensure_ascii=False)
    assert kept.fingerprint != hashlib.sha256(f"new {told}".encode()).hexdigest()
    assert PHONE not in str(kept.body)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": " "}, "请先写是什么事"),
        ({"text": "灯" * 2001}, "写得太长了"),
        ({"phone": ""}, "不想留"),
        ({"phone": "12"}, "电话号码不对"),
        ({"nameless": "1"}, "请只留一样"),
        ({"consent": ""}, "请勾选同意"),
        ({"website": "http://example.com"}, "再点一次"),
        ({"proof": "0" * 8}, "再点一次"),
    ],
)
def test_what_is_missing_is_said_and_no_word_is_lost(
    phone: TestClient, session: Session, changed: dict[str, str], told: str
) -> None:
    page = submit(phone, **changed)
    assert page.status_code == 422
    assert told in page.text
    assert "城关区某路小学" in page.text
    assert made(session) == []


@pytest.mark.parametrize("aged", [timedelta(0), timedelta(hours=13), timedelta(minutes=-5)])
def test_a_form_sent_faster_or_later_than_people_do_is_shown_again(
    phone: TestClient, session: Session, aged: timedelta
) -> None:
    page = submit(phone, proof=proof(aged))
    assert page.status_code == 422
    assert PROOF.search(page.text)
    assert made(session) == []


def test_a_form_of_another_site_submits_nothing(phone: TestClient, session: Session) -> None:
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    sent = {**SAID, "proof": proof()}
    assert phone.post("/new", data=sent, headers=elsewhere).status_code == 403
    assert made(session) == []


def test_one_telephone_and_one_address_submit_so_many_and_no_more(
    phone: TestClient, session: Session
) -> None:
    for _ in range(OF_PHONE.failures):
        assert submit(phone).status_code == 200
    refused = submit(phone)
    assert refused.status_code == 429
    assert "提交得太多" in refused.text
    assert 'href="/new"' in refused.text
    assert len(made(session)) == OF_PHONE.failures
    nobody = {"phone": "", "nameless": "1"}
    answers = [submit(phone, **nobody).status_code for _ in range(OF_NAMELESS.failures + 1)]
    assert answers == [200] * OF_NAMELESS.failures + [429]


def test_the_address_limit_of_the_door_holds_here_too(phone: TestClient, limit: Limit) -> None:
    limit(door=2)
    answers = [phone.get("/new", headers={"Accept": "text/html"}) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]


def test_who_leaves_no_telephone_is_nobody_and_still_has_a_link(
    phone: TestClient, session: Session
) -> None:
    page = submit(phone, phone="", nameless="1", text="有人乱倒垃圾。")
    (ticket,) = made(session)
    assert privacy.phone_of(session.get_one(Person, ticket.person_id)) is None
    assert LINK.search(page.text)


@pytest.mark.parametrize("asked", [{"kind": "report"}, {"secret": "1"}])
def test_a_report_and_whoever_asks_for_it_is_confidential_from_the_start(
    phone: TestClient, session: Session, asked: dict[str, str]
) -> None:
    submit(phone, **asked)
    (ticket,) = made(session)
    assert ticket.confidentiality == "confidential"


def test_a_stranger_who_types_a_number_learns_nothing_of_its_owner(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    theirs = dispatched(session, moment)
    page = submit(phone, phone="13989001234", text="城关区的路灯坏了一个星期，请派人来修。")
    assert page.status_code == 200
    assert theirs.number not in page.text


def test_every_page_is_small_and_reads_without_scripts(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    pages = [phone.get("/new"), submit(phone), submit(phone, consent="")]
    pages += [enter(phone, session, ticket, moment), phone.get(f"/t/{ticket.number}?elder=1")]
    pages += [phone.get(f"/t/{ticket.number}/confidential"), phone.get("/t/")]
    for page in pages:
        loaded = [phone.get(each) for each in STYLE.findall(page.text)]
        assert len(loaded) == 3
        assert len(page.content) + sum(len(each.content) for each in loaded) < LARGEST
        for no in ("<script", "style=", "onclick", "http-equiv"):
            assert no not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "noindex" in page.headers["x-robots-tag"]
        assert "script-src" not in page.headers["content-security-policy"]
