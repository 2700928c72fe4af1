"""打印单: light, without script, with what its department may know and nothing more."""

import re
from pathlib import Path

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import reminders
from dispatch.models import Ticket
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from dispatch.terms import RequestType
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from hotline.core.confidentiality import Confidentiality
from hotline.core.privacy import AccessLog, Person
from hotline.web import assets
from tests.console.portal_own.conftest import CITY, URBAN
from tests.console.portal_own.scene import issued

STYLE = assets.OWN / "portal-own-sheet.css"
MOST_BYTES = 30 * 1024


def weight(page: str) -> int:
    return len(page.encode()) + len(Path(STYLE).read_bytes())


def test_a_sheet_tells_what_was_asked_and_by_when_within_30_kb_and_without_a_script(
    handler: TestClient, session: Session
) -> None:
    order = issued(session, clock(), text="城关区的路灯坏了一个星期，我的电话是13989001234。" * 60)
    ticket = session.get_one(Ticket, order.ticket_id)
    person = session.get_one(Person, ticket.person_id)
    reminders.remind(session, ticket, person, "请快一点", call_id=None, now=clock())
    page = handler.get(f"/portal/orders/{order.number}/sheet").text
    assert weight(page) <= MOST_BYTES
    for words in (
        order.number,
        "路灯坏了一个星期",
        "签收时限",
        "答复时限",
        "请快一点",
        "已催办 1 次",
    ):
        assert words in page
    assert "13989001234" not in page
    assert "<script" not in page
    assert "style=" not in page
    assert page.count(f"{Role.HANDLER}-{URBAN}") > 20  # the watermark's
    assert len(re.findall(r"<link rel=\"stylesheet\"", page)) == 1


def test_a_report_s_sheet_names_nobody(handler: TestClient, session: Session) -> None:
    order = issued(session, clock(), request_type=RequestType.REPORT)
    ticket = session.get_one(Ticket, order.ticket_id)
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    page = handler.get(f"/portal/orders/{order.number}/sheet").text
    assert "不显示" in page
    assert "139****1234" not in page


def test_a_sealed_sheet_is_a_look_that_is_kept_in_a_heap_of_sheets_too(
    leader: TestClient, handler: TestClient, session: Session
) -> None:
    order = issued(session, clock(), text="路灯公司的人收了钱")
    ticket = session.get_one(Ticket, order.ticket_id)
    keeper = accounts.create_account(
        session, "keeper", "secret-word", role=Role.SUPERVISOR, now=clock()
    )
    reader = f"{Role.LEADER}-{URBAN}"
    seal = Seal("举报", [reader])
    sealing.seal(session, ticket, seal, actor=accounts.as_actor(keeper), now=clock())
    page = leader.get("/portal/sheets?status=dispatched&whole=1").text
    assert "路灯公司的人收了钱" in page
    looks = select(AccessLog).where(AccessLog.subject == ticket.number)
    assert [each.actor for each in session.exec(looks)] == [reader]
    assert order.number not in handler.get("/portal/sheets?status=dispatched&whole=1").text


def test_another_department_s_order_has_no_sheet(
    handler: TestClient, stranger: TestClient, agent: TestClient, session: Session
) -> None:
    order = issued(session, clock())
    assert stranger.get(f"/portal/orders/{order.number}/sheet").status_code == 404
    assert stranger.get(f"/portal/sheets?number={order.number}").status_code == 404
    assert agent.get(f"/portal/orders/{order.number}/sheet").status_code == 403
    assert handler.get("/portal/orders/%00/sheet").status_code == 404


def test_a_list_holds_the_orders_of_a_state_or_those_that_are_named(
    handler: TestClient, session: Session
) -> None:
    first, second = issued(session, clock()), issued(session, clock())
    issued(session, clock(), CITY)
    page = handler.get("/portal/sheets?status=dispatched").text
    assert "共 2 件" in page
    assert first.number in page
    assert weight(page) <= MOST_BYTES
    one = handler.get(f"/portal/sheets?number={second.number}&number={second.number}").text
    assert "共 1 件" in one
    assert first.number not in one
    whole = handler.get("/portal/sheets?status=dispatched&whole=true").text
    assert whole.count('<article class="sheet">') == 2
    assert "没有承办单" in handler.get("/portal/sheets").text
    assert handler.get("/portal/sheets?status=nonsense").status_code == 422


def test_a_long_list_goes_on(handler: TestClient, session: Session) -> None:
    made = [issued(session, clock()) for _ in range(41)]
    page = handler.get("/portal/sheets?status=dispatched").text
    assert weight(page) <= MOST_BYTES
    after = re.search(r'href="([^"]+after=\d+)"', page)
    assert after
    rest = handler.get(after[1].replace("&amp;", "&")).text
    assert "共 1 件" in rest
    assert made[-1].number in rest
