"""必读 in the console: a count on every page, one button to confirm, and who has not."""

import re
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import clock
from hotline.core.clock import beijing_day
from knowledge.articles import finding, life
from tests.console.answering.test_library import PAGE, YAK, codes, post

QUEUE = f"{PAGE}/must-read"
COUNTS = "/console/registers/counts"


def day(days: int) -> str:
    return (beijing_day(clock.now()) + timedelta(days=days)).isoformat()


def lamp(**changed: str) -> dict[str, object]:
    told = {"question": "路灯不亮怎么报修？", "say": "请报路名，我来登记。"}
    return {**YAK, **told, "matters": "010101", **changed}


def publish(editor: TestClient, supervisor: TestClient, code: str, **changed: str) -> None:
    post(editor, f"/edit/{code}", **lamp(**changed))
    post(editor, f"/submit/{code}")
    post(supervisor, f"/approve/{code}")
    post(supervisor, f"/publish/{code}")


def test_what_must_be_read_is_counted_read_and_confirmed(
    agent: TestClient, supervisor: TestClient, editor: TestClient
) -> None:
    assert "must-read" not in agent.get(COUNTS).text
    assert "没有要读的" in agent.get(QUEUE).text
    asking = {"by_day": day(3), "role": ["agent"]}
    post(agent, "/must-read/street-lamp/ask", 403, **asking)
    post(supervisor, "/must-read/street-lamp/ask", 422, by_day="", role=["agent"])
    post(supervisor, "/must-read/street-lamp/ask", 422, by_day=day(-1), role=["agent"])
    post(supervisor, "/must-read/street-lamp/ask", 422, by_day=day(3))
    post(supervisor, "/must-read/street-lamp/ask", **asking)
    assert re.search(r"must-read[^>]*>必读 <b[^>]*>1<", agent.get(COUNTS).text)
    shown = agent.get(QUEUE).text
    assert "灯杆" in shown
    assert "confirm-read" in shown
    (number,) = re.findall(r'name="number" value="(\d+)"', shown)
    post(agent, "/must-read/street-lamp/confirm", 409, number=int(number) + 1)
    done = agent.post(f"{QUEUE}/street-lamp/confirm", data={"number": number}).text
    assert "已记下" in done
    assert "must-read" not in agent.get(COUNTS).text
    publish(editor, supervisor, "street-lamp")
    assert "请报路名，我来登记" in agent.get(QUEUE).text
    page = supervisor.get(f"{PAGE}/read/street-lamp").text
    assert "前读完" in page
    post(supervisor, "/must-read/street-lamp/end")
    assert "没有要读的" in agent.get(QUEUE).text


def test_who_has_not_read_is_seen_and_taken_away_as_a_file(
    agent: TestClient, supervisor: TestClient
) -> None:
    post(supervisor, "/must-read/street-lamp/ask", by_day=day(3), role=["agent", "team_lead"])
    assert agent.get(f"{PAGE}/reading").status_code == 403
    assert "1 人未读" in supervisor.get(f"{PAGE}/reading").text
    assert "未读" in supervisor.get(f"{PAGE}/reading/street-lamp").text
    post(agent, "/must-read/street-lamp/confirm", number="1")
    assert "已读 1 人，应读 1 人" in supervisor.get(f"{PAGE}/reading/street-lamp").text
    sheet = supervisor.get(f"{PAGE}/reading/street-lamp/sheet")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "agent-1" in sheet.text
    assert supervisor.get(f"{PAGE}/reading/fund-loan").status_code == 404
    assert supervisor.get(f"{PAGE}/reading/nothing").status_code == 404


def test_a_text_waits_for_its_day_and_can_be_taken_back(
    agent: TestClient, supervisor: TestClient, editor: TestClient, session: Session
) -> None:
    publish(editor, supervisor, "street-lamp", valid_from=day(4))
    shown = agent.get(f"{PAGE}/read/street-lamp").text
    assert "待生效" in shown
    assert "在此之前照旧版答复" in shown
    (found, *_) = codes(agent.get(PAGE, params={"q": "路灯不亮"}).text)
    assert found == "street-lamp"
    assert "请报路名，我来登记" not in agent.get(PAGE, params={"q": "路灯不亮"}).text
    assert "street-lamp" in agent.get(PAGE, params={"status": "scheduled"}).text
    assert "请报路名，我来登记" in editor.get(f"{PAGE}/edit/street-lamp").text
    post(supervisor, "/send_back/street-lamp", reason="还没定")
    assert "待生效" not in agent.get(f"{PAGE}/read/street-lamp").text
    publish(editor, supervisor, "street-lamp", valid_from=day(4))
    article = finding.find(session, "street-lamp", lock=True)
    life.begin(session, article, now=clock.now() + timedelta(days=4))
    assert "请报路名，我来登记" in agent.get(f"{PAGE}/read/street-lamp").text


def test_tibetan_words_that_the_chinese_left_behind_are_marked_and_listed(
    agent: TestClient, supervisor: TestClient, editor: TestClient
) -> None:
    bo = {"say_bo": "ལམ་གྱི་སྒྲོན་མེ།", "bo_state": "in_sync"}
    publish(editor, supervisor, "street-lamp", **bo)
    assert "没有待更新的藏文" in editor.get(f"{PAGE}/gaps").text
    publish(editor, supervisor, "street-lamp", **bo, send="请报灯杆编号。")
    assert "藏文待更新" in agent.get(f"{PAGE}/read/street-lamp").text
    assert "没有待更新的藏文" not in editor.get(f"{PAGE}/gaps").text
    stale = agent.get("/api/v1/articles", params={"bo_state": "stale"}).json()["items"]
    assert [each["code"] for each in stale] == ["street-lamp"]
