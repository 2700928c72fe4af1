"""人员与角色: found, made, moved, shut out and let in again; what was typed is never lost."""

import re
from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from tests.api.conftest import another
from tests.console.administration.conftest import HOME, got, hidden, sent
from tests.console.conftest import enter

SHEET = "用户名,角色,姓名,承办单位\nqm-1,承办员,测试一,540102-urban\nqm-2,班长,测试二,\n"


def made(boss: TestClient, username: str = "zs", **more: str) -> str:
    given = {"username": username, "role": "agent", "display_name": "测试员", **more}
    page = sent(boss, "/staff", 200, **given)
    (password,) = re.findall(r'<output class="secret">(.+?)</output>', page)
    return str(password)


def test_a_new_person_signs_in_with_the_password_that_was_shown_once(
    boss: TestClient, anonymous: TestClient
) -> None:
    password = made(boss)
    assert password not in got(boss, "/staff/zs")
    form = {"username": "zs", "password": password}
    answer = anonymous.post("/console/sign-in", data=form, follow_redirects=False)
    assert answer.status_code == 303


def test_a_refused_form_says_why_and_keeps_what_was_typed(boss: TestClient) -> None:
    made(boss)
    page = sent(boss, "/staff", 409, username="zs", role="agent", display_name="另一个")
    assert "已经有人使用" in page
    assert 'value="另一个"' in page
    page = sent(boss, "/staff", 422, username="x", role="department_handler", display_name="甲")
    assert "要填写承办单位" in page
    page = sent(boss, "/staff", 422, username="x", role="agent", department="nowhere")
    assert "没有这个承办单位" in page
    assert 'value="nowhere"' in page


def test_people_are_found_by_name_role_place_and_state(boss: TestClient) -> None:
    made(boss, "zs", display_name="扎西测试")
    made(boss, "dl", role="department_leader", department="拉萨市城市管理和综合执法局")
    assert "/staff/zs" in got(boss, "/staff", q="扎西")
    assert "/staff/dl" not in got(boss, "/staff", q="扎西")
    page = got(boss, "/staff", role="department_leader", department="540100-urban")
    assert "/staff/dl" in page
    assert "/staff/zs" not in page
    assert "/staff/dl" in got(boss, "/staff", department="拉萨市城市管理和综合执法局")
    assert "没有符合条件" in got(boss, "/staff", department="没有这个单位")
    assert "没有符合条件" in got(boss, "/staff", state="disabled")
    assert "/staff/zs" not in got(boss, "/staff", q="%")


def test_a_long_list_is_read_page_by_page(
    boss: TestClient, session: Session, now: datetime
) -> None:
    for each in range(60):
        accounts.create_account(session, f"p{each:03}", "", role=Role.AGENT, now=now)
    first = got(boss, "/staff", role="agent")
    (more,) = re.findall(rf'href="{HOME}/staff\?role=agent&amp;after=(\w+)"', first)
    second = got(boss, "/staff", role="agent", after=more)
    assert "/staff/p000" in first
    assert "/staff/p059" in second
    assert "/staff/p000" not in second


def test_a_person_is_moved_and_a_second_editor_is_told(boss: TestClient, session: Session) -> None:
    made(boss)
    version = hidden(got(boss, "/staff/zs"), "version")
    given = {
        "version": version,
        "display_name": "测试员",
        "role": "team_lead",
        "district": "540102",
    }
    sent(boss, "/staff/zs", **given)
    account = accounts.find(session, "zs")
    assert account is not None
    assert (account.role, account.district) == ("team_lead", "540102")
    page = sent(boss, "/staff/zs", 412, **{**given, "display_name": "又一名"})
    assert "别人已经改过" in page
    assert 'value="又一名"' in page
    assert "监听、耳语、强插" in page


def test_a_person_is_shut_out_and_let_in_again(boss: TestClient) -> None:
    made(boss)
    sent(boss, "/staff/zs/disable", version=hidden(got(boss, "/staff/zs"), "version"))
    assert "已停用" in got(boss, "/staff/zs")
    assert "/staff/zs" in got(boss, "/staff", state="disabled")
    sent(boss, "/staff/zs/enable", version=hidden(got(boss, "/staff/zs"), "version"))
    page = got(boss, "/staff/zs")
    again = sent(boss, "/staff/zs/reset-password", 200, version=hidden(page, "version"))
    assert "zs 的新密码" in again
    sent(boss, "/staff/zs/reset-password", 412, version=hidden(page, "version"))
    sent(boss, "/staff/zs/promote", 404, version="1")


def test_nobody_raises_themselves(boss: TestClient) -> None:
    page = got(boss, "/staff/administrator-1")
    assert "请另一位管理员" in page
    version = hidden(page, "version")
    refused = sent(boss, "/staff/administrator-1/disable", 403, version=version)
    assert "不能改自己的角色" in refused


def test_a_device_is_signed_out_by_an_administrator(
    boss: TestClient, session: Session, now: datetime
) -> None:
    other = enter(another(session), session, Role.TEAM_LEAD, now)
    page = got(boss, "/staff/team_lead-1")
    (login,) = set(re.findall(r'name="login" value="([\w-]+)"', page))
    sent(boss, "/staff/team_lead-1/sessions/end", login=login)
    answer = other.get("/console/", follow_redirects=False)
    assert answer.status_code == 303


def test_a_sheet_of_people_is_tried_out_before_anybody_is_made(
    boss: TestClient, session: Session
) -> None:
    page = sent(boss, "/staff-sheet/preview", 200, text=SHEET, name="人员.csv")
    assert "2 人会新建或修改" in page
    assert "城关区城市管理和综合执法局" in page
    assert accounts.find(session, "qm-1") is None
    checked = hidden(page, "checked")
    changed = SHEET.replace("班长", "管理员")
    refused = sent(boss, "/staff-sheet/apply", 422, text=changed, name="人员.csv", checked=checked)
    assert "请先重新预演" in refused
    done = sent(boss, "/staff-sheet/apply", 200, text=SHEET, name="人员.csv", checked=checked)
    assert len(re.findall(r'<output class="secret">', done)) == 2
    assert accounts.find(session, "qm-2") is not None


def test_a_bad_sheet_names_row_column_and_remedy_and_stays_in_the_page(boss: TestClient) -> None:
    bad = SHEET.replace("540102-urban", "nowhere").replace("班长", "皇帝")
    page = sent(boss, "/staff-sheet/preview", 422, text=bad, name="人员.csv")
    for words in ("有 2 处不能导入", "没有承办单位“nowhere”", "到承办单位页面查编码", "皇帝"):
        assert words in page
    assert 'name="checked"' not in page
    assert "qm-1,承办员" in page
