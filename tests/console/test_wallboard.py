"""班长大屏: what the board counts, whom it shows nobody, and a lead's ways into a call."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from dispatch.models import Clock
from hotline.console import floor_figures, floor_seats
from hotline.console.floor_seats import Held
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from telephony import queueing, seat_states
from telephony.models import Seat
from telephony.queueing import WhyLeft
from tests.api import calls_scene as scene
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.console.matters import contested, handled

BOARD = "/wallboard/board"
NUMBER = "13989001234"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def inspector(session: Session, now: datetime) -> TestClient:
    """A browser of somebody who only looks: what a wall signs in with."""
    return enter(another(session), session, Role.INSPECTOR, now)


def tiles(client: TestClient) -> dict[str, str]:
    """Return each tile's figure by its title."""
    answer = client.get(BOARD, headers={"hx-request": "true"})
    assert answer.status_code == 200, answer.text
    found = re.findall(r"<h2>([^<]+)</h2><p class=\"figure\">(.*?)</p>", answer.text)
    return {title: re.sub(r"<[^>]+>", "", figure) for title, figure in found}


def fared(session: Session, at: datetime, waited_s: float, why: WhyLeft) -> None:
    """Let a caller of today have waited so long, and leave the queue so."""
    call = scene.waiting(session, at, f"1398900{round(waited_s * 10):04d}")
    until = at + timedelta(seconds=waited_s)
    queueing.leave(session, call.id, why, now=until)
    if why is WhyLeft.CONNECTED:
        call.connected_at = until
    call.status = "ended"
    session.flush()


def test_an_empty_floor_says_so(inspector: TestClient) -> None:
    page = inspector.get("/wallboard/")
    assert page.status_code == 200
    assert "data-stale=" in page.text
    assert tiles(inspector) == {
        "正在排队": "0",
        "最长等候": "—",
        "15 秒接通率": "—",
        "今日放弃": "0",
        "待回拨": "0",
        "退单会商": "0",
    }


def test_the_board_counts_who_waits_who_was_answered_in_time_and_who_gave_up(
    inspector: TestClient, session: Session, at: datetime
) -> None:
    for waited_s in (3, 14.9, 15):
        fared(session, at, waited_s, WhyLeft.CONNECTED)
    fared(session, at, 40, WhyLeft.CONNECTED)
    fared(session, at, 60, WhyLeft.GONE)
    fared(session, at, 2, WhyLeft.GONE)  # at once: shown apart
    fared(session, at, 20, WhyLeft.CALLBACK)
    scene.waiting(session, clock() - timedelta(seconds=1), NUMBER)  # not decided yet
    scene.missed(session, at)
    session.flush()
    shown = tiles(inspector)
    # Of seven who asked, three heard somebody within 15 s.
    assert (shown["15 秒接通率"], shown["今日放弃"]) == ("42%", "1")
    assert (shown["正在排队"], shown["待回拨"]) == ("1", "1")
    text = inspector.get(BOARD).text
    assert "今日 3 / 7 个" in text
    assert "另有 1 个 5 秒内挂断" in text


def test_yesterday_counts_no_more(session: Session, at: datetime) -> None:
    fared(session, at - timedelta(days=1), 3, WhyLeft.CONNECTED)
    assert floor_figures.today(session, short_s=5, now=at).asked == 0


def test_who_has_waited_too_long_counts_before_anybody_answers(
    session: Session, at: datetime
) -> None:
    scene.waiting(session, at)
    soon, late = (
        floor_figures.today(session, short_s=5, now=at + timedelta(seconds=each)).asked
        for each in (14, 16)
    )
    assert (soon, late) == (0, 1)


def test_seats_stand_in_every_language_they_speak_and_once_among_all() -> None:
    everybody, chinese, tibetan = floor_seats.table(
        [
            Held("ready", {}),
            Held("talking", {"zh": 9, "bo": 6}),
            Held("talking", {"bo-kham": 7}, listens=True),
            Held("logged_off", {}),
        ]
    )
    assert dict(zip(floor_seats.STATES, everybody.counts, strict=True)) == {
        "ready": 1,
        "offered": 0,
        "talking": 1,
        "wrap_up": 0,
        "paused": 0,
        "listening": 1,
    }
    assert (everybody.total, chinese.total, tibetan.total) == (3, 2, 2)


def test_a_lead_who_listens_does_not_count_as_talking(
    session: Session, lead: TestClient, at: datetime
) -> None:
    assert lead
    agent, own = scene.seat_of(session, "agent-9", at), scene.seat_of(session, "team_lead-1", at)
    call = scene.caller(session, at)
    scene.talking(session, agent, call, at)
    scene.listening(session, own, call, at)
    session.flush()
    found = {(seat.status, seat.listens) for seat in floor_figures.held(session)}
    assert found == {("talking", False), ("talking", True)}


def test_overdue_orders_are_counted_where_they_lie(
    inspector: TestClient, session: Session, at: datetime
) -> None:
    _, order = handled(session, at - timedelta(days=200))
    handled(session, at)
    late = floor_figures.overdue(session, now=at)
    assert late == floor_figures.Overdue(1, (("城关区城市管理和综合执法局", 1),))
    assert "城关区城市管理和综合执法局" in inspector.get(BOARD).text
    for each in session.exec(_clocks(order.number)):
        each.waits_for = "suspension:1"  # its time stands still
    session.flush()
    assert floor_figures.overdue(session, now=at).total == 0


def _clocks(number: str) -> SelectOfScalar[Clock]:
    return select(Clock).where(Clock.subject == f"order:{number}")


def test_returns_in_arbitration_are_counted(inspector: TestClient, session: Session) -> None:
    contested(session, clock())
    session.flush()
    assert tiles(inspector)["退单会商"] == "1"


def test_the_board_holds_nobody_s_number_nor_name(
    inspector: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    call = scene.waiting(session, at, NUMBER)
    scene.talking(session, scene.seat_of(session, "agent-9", at), scene.caller(session, at), at)
    for client in (inspector, lead):
        text = client.get(BOARD).text
        assert NUMBER not in text
        assert call.caller_masked not in text
    assert "agent-9" not in inspector.get(BOARD).text


def test_only_who_may_supervise_has_ways_into_a_call(
    inspector: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    own = scene.seat_of(session, "team_lead-1", at)
    call = scene.caller(session, at)
    scene.talking(session, scene.seat_of(session, "agent-9", at), call, at)
    assert "监听" not in re.sub(r'<th scope="col">监听中</th>', "", inspector.get(BOARD).text)
    shown = lead.get(BOARD).text
    assert f'action="/console/floor/calls/{call.id}/listen"' in shown
    path = f"/console/floor/calls/{call.id}/listen"
    referer = {"referer": "http://testserver/wallboard/"}
    for way in ("monitor", "whisper", "barge"):
        answer = lead.post(path, data={"listening": way}, headers=referer, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/wallboard/")
    asked = [(each.verb, each.details["listening"]) for each in scene.orders(session)]
    assert asked == [("listen", "monitor"), ("listen", "whisper"), ("listen", "barge")]
    assert inspector.post(path, data={"listening": "monitor"}).status_code == 403
    assert lead.post(path, data={"listening": "loud"}).status_code == 422
    scene.listening(session, own, call, at)
    pressed = re.findall(r'value="(\w+)" aria-pressed="true"', lead.get(BOARD).text)
    assert pressed == ["monitor"]


def test_what_can_not_be_listened_to_is_refused_in_words(
    lead: TestClient, session: Session, at: datetime
) -> None:
    seat: Seat = scene.seat_of(session, "team_lead-1", at)
    call = scene.waiting(session, at)
    path = f"/console/floor/calls/{call.id}/listen"
    assert "没有话务员" in lead.post(path, data={"listening": "monitor"}).text
    scene.talking(session, scene.seat_of(session, "agent-9", at), call, at)
    seat.wanted = "logged_off"
    seat_states.settle(session, seat, now=at)
    session.flush()
    refused = lead.post(
        path, data={"listening": "monitor"}, headers={"referer": "http://testserver/wallboard/"}
    )
    assert "请先签入" in refused.text
    assert 'href="/wallboard/"' in refused.text


def test_whoever_is_not_signed_in_is_led_to_the_form_and_back(
    anonymous: TestClient,
) -> None:
    answer = anonymous.get("/wallboard/", follow_redirects=False)
    assert answer.headers["location"] == "/console/sign-in?next=/wallboard/"
    form = anonymous.get("/console/sign-in?next=/wallboard/").text
    assert 'name="next" value="/wallboard/"' in form
    again = anonymous.get(
        BOARD,
        headers={"hx-request": "true", "hx-current-url": "http://testserver/wallboard/"},
    )
    assert (again.status_code, again.headers["hx-redirect"]) == (
        401,
        "/console/sign-in?next=/wallboard/",
    )


def test_the_navigation_leads_to_what_one_may_open(
    agent: TestClient, lead: TestClient, inspector: TestClient
) -> None:
    def links(client: TestClient) -> list[str]:
        return re.findall(r'id="go-(queue|shifts|telephones|wallboard)"', client.get("/").text)

    assert links(agent) == links(inspector) == ["queue", "shifts", "wallboard"]
    assert links(lead) == ["queue", "shifts", "telephones", "wallboard"]
