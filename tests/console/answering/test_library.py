"""知识库: looked up, browsed, written by editors, judged by others, reported and mended."""

import re
from datetime import datetime

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session

from hotline.core.accounts import Role
from knowledge.articles import gaps
from knowledge.items import seeding as items
from tests.api.conftest import another
from tests.console.conftest import enter

PAGE = "/console/articles"
YAK = {
    "question": "牦牛保险怎么买？",
    "variants": "牦牛参保\n牛死了赔不赔",
    "say": "请到村里登记，由保险公司承保，请先问清保哪些情况。",
    "send": "牦牛保险请到村里登记。",
    "department": "西藏自治区农业农村厅",
    "matters": "100103",
    "source": "编辑自撰",
    "missing": ["fee"],
}


def codes(text: str) -> list[str]:
    return re.findall(r'data-key="a([\w-]+)"', text)


def post(client: TestClient, path: str, status: int = 303, /, **data: object) -> Response:
    answer = client.post(f"{PAGE}{path}", data=data, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer


def test_a_question_finds_its_article_and_a_strange_one_is_a_gap(
    agent: TestClient, session: Session
) -> None:
    shown = agent.get(PAGE, params={"q": "老板不发工资"}).text
    assert codes(shown)[0] == "wages-owed"
    assert "没有好的答案" not in shown
    assert gaps.open_ones(session) == []
    strange = agent.get(PAGE, params={"q": "量子纠缠补贴"}).text
    assert "没有好的答案" in strange
    assert [each.question for each in gaps.open_ones(session)] == ["量子纠缠补贴"]


def test_items_stand_among_the_articles_that_answer(
    agent: TestClient, session: Session, now: datetime
) -> None:
    items.seed(session, now=now)
    shown = agent.get(PAGE, params={"q": "身份证丢了怎么补办"}).text
    places = re.findall(r'data-key="([ai][\w@-]+)"', shown)
    assert {"aidentity-card", "iid-card@540000"} <= set(places[:3])
    assert 'href="/console/items/read/id-card@540000"' in shown
    ours = agent.get(PAGE, params={"q": "身份证丢了", "department": "540100-fund"}).text
    assert "iid-card@540000" not in ours


def test_the_list_is_paged_and_filtered_by_its_address(agent: TestClient) -> None:
    first = agent.get(PAGE).text
    assert len(codes(first)) == 30
    (more,) = re.findall(r'href="([^"]*after=\d+)"', first)
    second = agent.get(more.replace("&amp;", "&")).text
    assert codes(second)
    assert not set(codes(first)) & set(codes(second))
    fund = agent.get(PAGE, params={"department": "540100-fund"}).text
    ours = {"fund-withdraw", "fund-employer", "fund-loan", "fund-transfer"}
    assert set(codes(fund)) == ours
    assert codes(agent.get(PAGE, params={"status": "draft"}).text) == []


def test_an_article_is_written_by_one_and_published_by_others(
    editor: TestClient, supervisor: TestClient, agent: TestClient
) -> None:
    made = post(editor, "/new", **YAK)
    code = made.headers["location"].rpartition("/")[2]
    page = f"{PAGE}/read/{code}"
    assert "草稿" in editor.get(page).text
    assert code not in codes(agent.get(PAGE, params={"q": "牦牛保险"}).text)
    post(editor, f"/submit/{code}")
    assert "自己写的要由别人审核" in editor.get(page).text
    post(editor, f"/approve/{code}", 403)
    post(agent, f"/approve/{code}", 403)
    post(supervisor, f"/send_back/{code}", reason="写清保哪些")
    assert "写清保哪些" in editor.get(page).text
    post(editor, f"/edit/{code}", **{**YAK, "say": "请到村里登记，死亡和被盗一般可保。"})
    post(editor, f"/submit/{code}")
    post(supervisor, f"/approve/{code}")
    post(supervisor, f"/publish/{code}")
    assert codes(agent.get(PAGE, params={"q": "牦牛保险"}).text)[0] == code
    post(supervisor, f"/expire/{code}", reason="政策变了")
    assert "已失效的，不要告诉来电人" in agent.get(PAGE, params={"q": "牦牛保险怎么买"}).text


def test_the_form_comes_filled_and_says_what_is_wrong(editor: TestClient) -> None:
    form = editor.get(f"{PAGE}/edit/street-lamp").text
    assert "灯杆上有编号的" in form
    assert "拉萨市城市管理和综合执法局" in form
    assert "不能保存" in post(editor, "/new", 422, **{**YAK, "say": "好"}).text
    post(editor, "/new", 404, **{**YAK, "department": "没有这个局"})
    assert "不能保存" in post(editor, "/new", 422, **{**YAK, "matters": "999999"}).text


def test_a_report_waits_for_its_owner_on_the_page_of_gaps(
    agent: TestClient, editor: TestClient
) -> None:
    post(agent, "/dispute/street-lamp", reason="地点不对")
    shown = editor.get(f"{PAGE}/gaps").text
    assert "地点不对" in shown
    assert "尚缺" in shown
    post(agent, "/verify/street-lamp", 403, outcome="right")
    post(editor, "/verify/street-lamp", outcome="corrected")
    assert "没有待核实的纠错" in editor.get(f"{PAGE}/gaps").text


def test_a_gap_that_is_filled_leaves_the_list(editor: TestClient, session: Session) -> None:
    editor.get(PAGE, params={"q": "量子纠缠补贴"})
    (gap,) = gaps.open_ones(session)
    post(editor, "/gaps/close", gap=str(gap.id))
    assert "量子纠缠补贴" not in editor.get(f"{PAGE}/gaps").text


def test_who_only_looks_leaves_nothing(auditor: TestClient, session: Session) -> None:
    auditor.get(PAGE, params={"q": "量子纠缠补贴"})
    assert gaps.open_ones(session) == []
    assert "新增知识点" not in auditor.get(PAGE).text
    post(auditor, "/dispute/street-lamp", 403)


def test_departments_are_not_let_in_and_nothing_is_404(
    agent: TestClient, session: Session, now: datetime
) -> None:
    handler = enter(another(session), session, Role.HANDLER, now)
    assert handler.get(PAGE).status_code == 403
    assert agent.get(f"{PAGE}/read/nothing").status_code == 404
    assert agent.get(PAGE, params={"q": "\0", "department": "x\0"}).status_code == 200
