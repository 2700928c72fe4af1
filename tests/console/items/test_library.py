"""政务服务事项 in the console: looked up, read, written by one and judged by others, compared."""

import re
from collections.abc import Mapping
from datetime import datetime

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.conftest import another
from tests.console.conftest import enter

PAGE = "/console/items"
YAK = {
    "code": "sample-yak",
    "district": "540000",
    "name": "牦牛运输备案",
    "kind": "公共服务",
    "department": "西藏自治区农业农村厅",
    "steps": "申请\n核对",
    "material": ["身份证", "免疫记录", ""],
    "material_form": ["原件", "", ""],
    "material_copies": ["1", "", ""],
    "material_issuer": ["", "乡镇兽医站", ""],
    "material_later": ["", "1", ""],
    "material_note": ["", "", ""],
    "window": ["乡镇便民服务中心", ""],
    "window_address": ["", ""],
    "window_phone": ["", ""],
    "window_hours": ["", ""],
    "across_place": ["500000", "510000"],
    "across_way": ["", "代收代办"],
    "across_code": ["", ""],
    "aliases": "运牦牛",
    "valid_from": "2026-01-01",
    "source": "编辑自撰",
}
COUNTY = YAK | {"district": "540102", "department": "西藏自治区农业农村厅", "fee": "不收费"}


def keys(text: str) -> list[str]:
    return re.findall(r'data-key="[iu]([\w@-]+)"', text)


def post(client: TestClient, path: str, status: int = 303, /, **data: object) -> Response:
    answer = client.post(f"{PAGE}{path}", data=data, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer


def published(editor: TestClient, supervisor: TestClient, item: Mapping[str, object]) -> str:
    key = post(editor, "/new", **item).headers["location"].rpartition("/")[2]
    post(editor, f"/submit/{key}")
    post(supervisor, f"/approve/{key}")
    post(supervisor, f"/publish/{key}")
    return key


def test_a_name_people_use_finds_the_item_and_the_list_is_paged(agent: TestClient) -> None:
    assert keys(agent.get(PAGE, params={"q": "身份证丢了"}).text)[0] == "id-card@540000"
    first = agent.get(PAGE).text
    assert len(keys(first)) == 30
    (more,) = re.findall(r'href="([^"]*after=\d+)"', first)
    second = keys(agent.get(more.replace("&amp;", "&")).text)
    assert second
    assert not set(keys(first)) & set(second)
    police = keys(agent.get(PAGE, params={"department": "540000-police"}).text)
    assert 0 < len(police) < 30
    assert keys(agent.get(PAGE, params={"district": "540100"}).text)  # the region's hold there
    assert keys(agent.get(PAGE, params={"shelf": "draft"}).text) == []
    assert agent.get(PAGE, params={"q": "\0", "department": "x\0"}).status_code == 200


def test_an_item_shows_twelve_fields_and_its_gaps_as_gaps(agent: TestClient) -> None:
    shown = agent.get(f"{PAGE}/read/border-pass@540000").text
    for label in ("编码", "设定依据", "权限范围", "受理条件", "材料目录", "办理结果", "跨省通办"):
        assert label in shown
    assert "官方编码尚缺" in shown
    assert "窗口电话尚缺" in shown
    assert "样例，待主管部门确认" in shown
    assert 'class="read-out"' in shown
    assert "新增事项" not in agent.get(PAGE).text
    assert agent.get(f"{PAGE}/read/nothing").status_code == 404


def test_an_item_is_written_by_one_and_published_by_others(
    editor: TestClient, supervisor: TestClient, agent: TestClient
) -> None:
    made = post(editor, "/new", **YAK)
    key = made.headers["location"].rpartition("/")[2]
    assert key == "sample-yak@540000"
    page = f"{PAGE}/read/{key}"
    assert "可容缺" in editor.get(page).text
    assert keys(editor.get(PAGE, params={"shelf": "draft"}).text) == [key]
    assert key not in keys(agent.get(PAGE, params={"q": "运牦牛"}).text)
    post(editor, f"/submit/{key}")
    assert "自己写的要由别人审核" in editor.get(page).text
    post(editor, f"/approve/{key}", 403)
    post(agent, f"/approve/{key}", 403)
    post(supervisor, f"/send_back/{key}", reason="写清流程")
    assert "写清流程" in editor.get(page).text
    form = editor.get(f"{PAGE}/edit/{key}").text
    assert 'value="乡镇兽医站"' in form
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', form)
    post(editor, f"/edit/{key}", **YAK | {"fee": "不收费", "seen": seen})
    post(editor, f"/edit/{key}", 412, **YAK | {"fee": "十元", "seen": seen})
    post(editor, f"/submit/{key}")
    post(supervisor, f"/approve/{key}")
    post(supervisor, f"/publish/{key}")
    assert keys(agent.get(PAGE, params={"q": "运牦牛"}).text)[0] == key
    told = agent.get(page).text
    assert "1.身份证（原件，1份）；2.免疫记录（乡镇兽医站出具，可容缺）" in told
    assert "其中免疫记录可以先办后补" in told
    post(supervisor, f"/expire/{key}", reason="取消了")
    assert "一次告知" not in agent.get(page).text
    assert "已失效的，不要告诉来电人" in agent.get(PAGE, params={"q": "运牦牛"}).text


def test_a_form_says_what_is_wrong_in_it(editor: TestClient) -> None:
    assert "不能保存" in post(editor, "/new", 422, **YAK | {"kind": "别的"}).text
    assert "不能保存" in post(editor, "/new", 422, **YAK | {"district": "999999"}).text
    post(editor, "/new", 404, **YAK | {"department": "没有这个局"})
    post(editor, "/new", 422, **YAK | {"valid_from": "昨天"})


def test_versions_and_levels_stand_side_by_side_and_what_differs_is_listed(
    editor: TestClient, supervisor: TestClient, agent: TestClient
) -> None:
    region = published(editor, supervisor, YAK)
    county = published(editor, supervisor, COUNTY)
    post(editor, f"/edit/{region}", **YAK | {"steps": "申请\n核对\n发证"})
    changed = agent.get(f"{PAGE}/versions/{region}").text
    assert re.findall(r'class="odd">([^<]+)<', changed) == ["发证"]
    assert agent.get(f"{PAGE}/versions/{region}", params={"before": 7}).status_code == 404
    levels = agent.get(f"{PAGE}/levels/{county}").text
    assert levels.count('class="differs"') == 1
    assert "不收费" in levels
    unequal = agent.get(f"{PAGE}/differences").text
    assert keys(unequal) == [county]
    assert keys(agent.get(f"{PAGE}/differences", params={"field": "fee"}).text) == [county]
    none = agent.get(f"{PAGE}/differences", params={"field": "materials"}).text
    assert "没有与上级不一致的事项" in none


def test_departments_are_not_let_in_and_who_only_looks_changes_nothing(
    auditor: TestClient, session: Session, now: datetime
) -> None:
    handler = enter(another(session), session, Role.HANDLER, now)
    assert handler.get(PAGE).status_code == 403
    assert auditor.get(PAGE).status_code == 200
    for path in ("/new", "/import"):
        assert auditor.get(f"{PAGE}{path}").status_code == 403
    post(auditor, "/expire/border-pass@540000", 403, reason="x")
