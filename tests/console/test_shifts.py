"""排班与交接: a week's roster, and what one shift tells the next."""

from datetime import date, datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.console import form_times
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from telephony import shifts
from tests.api import calls_scene as scene

PAGE = "/console/shifts"
XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def put_down(client: TestClient, *days: date, status: int = 303, **given: str) -> str:
    body = {"username": "agent-1", "begins": "21:00", "ends": "08:00", "desk": "night", **given}
    answer = client.post(
        PAGE, data={**body, "days": [str(each) for each in days]}, follow_redirects=False
    )
    assert answer.status_code == status, answer.text
    return answer.text or answer.headers["location"]


def later(weeks: int = 2) -> list[date]:
    """Return a week that is wholly to come."""
    return form_times.week_of(beijing_day(clock()) + timedelta(weeks=weeks))


def test_a_lead_puts_somebody_down_for_several_nights_and_strikes_one(
    agent: TestClient, lead: TestClient, session: Session
) -> None:
    week = later()
    assert put_down(lead, week[0], week[2]) == f"{PAGE}?week={week[0]}"
    first, second = shifts.between(session, *(each for each in _bounds(week)))
    assert (second.ends_at - second.begins_at) == timedelta(hours=11)
    page = agent.get(f"{PAGE}?week={week[3]}").text
    assert page.count("21:00–次日08:00") == 2
    assert page.count("夜班</span>") == 2
    assert "撤销</button>" not in page
    assert "撤销</button>" in lead.get(f"{PAGE}?week={week[3]}").text
    assert agent.post(f"{PAGE}/{first.id}/strike").status_code == 403
    assert lead.post(f"{PAGE}/{first.id}/strike", follow_redirects=False).status_code == 303
    assert len(shifts.between(session, *_bounds(week))) == 1


def _bounds(week: list[date]) -> tuple[datetime, datetime]:
    return form_times.span(week[0], "00:00", "00:00")[0], form_times.span(
        week[6], "00:00", "00:00"
    )[1]


def test_who_has_a_shift_then_is_put_down_for_none_of_the_days(
    agent: TestClient, lead: TestClient, session: Session
) -> None:
    assert agent
    week = later(3)
    put_down(lead, week[1])
    refused = put_down(lead, week[0], week[1], status=422)
    assert "没有排入任何一天" in refused
    assert len(shifts.between(session, *_bounds(week))) == 1


def test_what_is_no_shift_is_refused_in_words(agent: TestClient, lead: TestClient) -> None:
    week = later()
    assert "至少勾选一天" in put_down(lead, status=422)
    assert "不能接听电话" in put_down(lead, week[0], status=422, username="nobody")
    assert "时间不对" in put_down(lead, week[0], status=422, begins="soon")
    put_down(lead, week[0], status=422, desk="attic")
    put_down(agent, week[0], status=403)
    assert lead.post(f"{PAGE}/99999999999/strike").status_code == 404
    assert lead.get(f"{PAGE}?week=nonsense&desk=attic").status_code == 200


def test_a_note_is_left_read_and_taken_over_by_the_next_shift(
    agent: TestClient, lead: TestClient, session: Session
) -> None:
    left = agent.post(f"{PAGE}/notes", data={"text": f"色拉路停水。{XSS}"}, follow_redirects=False)
    assert left.headers["location"] == f"{PAGE}#notes"
    page = lead.get(PAGE).text
    assert "色拉路停水。&lt;script&gt;" in page
    assert XSS not in page
    (note,) = shifts.notes(session)
    taken = lead.post(f"{PAGE}/notes/{note.id}/take-over", follow_redirects=False)
    assert taken.status_code == 303
    assert note.read_by == "team_lead-1"
    assert "接班：" in agent.get(PAGE).text
    assert "请写下要交代的事" in agent.post(f"{PAGE}/notes", data={"text": " "}).text


def test_each_desk_has_its_own_notes(agent: TestClient) -> None:
    agent.post(f"{PAGE}/notes", data={"text": "夜里有演练", "desk": "night"})
    assert "夜里有演练" in agent.get(f"{PAGE}?desk=night").text
    assert "夜里有演练" not in agent.get(PAGE).text
    assert agent.post(f"{PAGE}/notes", data={"text": "x", "desk": "attic"}).status_code == 422


def test_who_holds_no_seat_reads_the_roster_and_no_notes(
    auditor: TestClient, agent: TestClient, session: Session, now: datetime
) -> None:
    scene.seat_of(session, "agent-1", now)
    agent.post(f"{PAGE}/notes", data={"text": "只给话务员看"})
    page = auditor.get(PAGE)
    assert page.status_code == 200
    assert "只给话务员看" not in page.text
    assert auditor.post(f"{PAGE}/notes", data={"text": "x"}).status_code == 403
