"""承办单位 and 派单目录: reached, keyed, and changed from a day on."""

import re
import uuid
from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core import keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import beijing_day, now
from knowledge import catalogue, changing, stored
from knowledge.catalogue_faults import Fault, faults
from knowledge.models import Department
from tests.console.administration.conftest import HOME, got, hidden, sent
from tests.console.portal_own.conftest import of_department
from tests.factories import create_ticket

URBAN = "/departments/540102-urban"
CELL = "/catalogue/0101/540102"
ENTRIES = "matter_code,district_code,department_code,legal_basis,valid_from,valid_to\n"


def test_departments_are_found_and_tell_what_they_have_open(
    boss: TestClient, session: Session
) -> None:
    ticket = create_ticket(session, now=now())
    urban = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, urban, actor=MACHINE, now=now())
    page = got(boss, "/departments", q="城关区城市管理")
    assert f"{HOME}{URBAN}" in page
    assert "540100-urban" not in page
    page = got(boss, URBAN)
    for words in ("待签收 1", "签收时限", "拉萨市", "接口密钥", "推送地址"):
        assert words in page
    got(boss, "/departments/nowhere", 404)


def test_a_department_is_reached_where_it_says_and_stays_in_the_history(
    boss: TestClient, session: Session
) -> None:
    seen = hidden(got(boss, URBAN), "seen")
    given = {
        "name": "城关区城管局",
        "accepts": "true",
        "telephone": "0891-0000000",
        "contact": "值班室",
    }
    sent(boss, URBAN, seen=seen, **given)
    assert "0891-0000000" in got(boss, "/departments", q="540102-urban")
    row = session.get_one(Department, "540102-urban")
    assert (row.name, row.contact, row.short_name) == ("城关区城管局", "值班室", "")
    refused = sent(boss, URBAN, 412, seen=seen, **{**given, "name": "别的名字"})
    assert "别人已经改过" in refused
    assert 'value="别的名字"' in refused
    assert "修改了承办单位" in got(boss, "/audit", subject="department:540102-urban")


def test_a_key_is_shown_once_opens_the_door_and_is_taken_away(
    boss: TestClient, session: Session
) -> None:
    page = sent(boss, f"{URBAN}/keys", 200, label="测试系统", let="orders.read")
    (secret,) = re.findall(r'<output class="secret">(hk_.+?)</output>', page)
    actor = keys.key_actor(session, secret)
    assert actor is not None
    assert (actor.department, actor.scopes) == ("540102-urban", frozenset({"orders.read"}))
    page = got(boss, URBAN)
    assert secret not in page
    assert "查看承办单" in page
    (key,) = re.findall(r'name="key" value="(\d+)"', page)
    sent(boss, f"{URBAN}/keys/revoke", key=key)
    assert keys.key_actor(session, secret) is None
    assert "没有这种权限范围" in sent(boss, f"{URBAN}/keys", 422, let="everything")


def test_who_leads_a_department_learns_nothing_of_anothers_systems(
    boss: TestClient, session: Session, now: datetime
) -> None:
    sent(boss, f"{URBAN}/keys", 200, label="城管的系统", let="orders.read")
    sent(boss, f"{URBAN}/webhooks", 200, url="https://example.org/hook")
    leads = of_department(session, Role.LEADER, "540100-urban", now)
    other = str(uuid.uuid4())
    for path, given in (
        ("/keys", {"label": "x", "let": "orders.read"}),
        ("/keys/revoke", {"key": "1"}),
        ("/clients", {"label": "x"}),
        ("/clients/hc_x/secrets", {}),
        ("/clients/hc_x/revoke", {}),
        ("/webhooks", {"url": "https://example.org/x"}),
        (f"/webhooks/{other}/ping", {"version": "1"}),
    ):
        for department in (URBAN, "/departments/540100-urban"):
            page = sent(leads, f"{department}{path}", 403, **given)
            assert "城管的系统" not in page
            assert "example.org" not in page


def test_a_client_gets_its_next_secret_before_the_old_one_goes(boss: TestClient) -> None:
    sent(boss, f"{URBAN}/clients", 200, label="测试系统")
    (client,) = re.findall(r"clients/(hc_\w+)/secrets", got(boss, URBAN))
    sent(boss, f"{URBAN}/clients/{client}/secrets", 200)
    assert "已经有两个有效的密钥" in sent(boss, f"{URBAN}/clients/{client}/secrets", 409)
    secret = re.findall(r'name="secret" value="(\d+)"', got(boss, URBAN))[0]
    sent(boss, f"{URBAN}/clients/{client}/revoke", secret=secret)
    sent(boss, f"{URBAN}/clients/{client}/revoke")
    assert f"clients/{client}/secrets" not in got(boss, URBAN)


def test_a_webhook_is_added_stopped_and_removed(boss: TestClient) -> None:
    made = sent(boss, f"{URBAN}/webhooks", 200, url="https://example.org/hook")
    assert "whsec_" in made
    page = got(boss, URBAN)
    (hook,) = set(re.findall(r"webhooks/([\w-]{36})/disable", page))
    path = f"{URBAN}/webhooks/{hook}"
    version = hidden(page.split(f"{hook}/disable", 1)[1], "version")
    sent(boss, f"{path}/disable", version=version)
    sent(boss, f"{path}/disable", 412, version=version)
    page = got(boss, URBAN)
    sent(boss, f"{path}/delete", version=hidden(page.split(f"{hook}/delete", 1)[1], "version"))
    assert hook not in got(boss, URBAN)
    sent(boss, f"{URBAN}/webhooks", 422, url="ftp://example.org")


def test_from_a_day_on_another_department_answers(boss: TestClient, session: Session) -> None:
    today = beijing_day(now())
    first = today + timedelta(days=10)
    page = got(boss, CELL)
    given = {
        "seen": hidden(page, "seen"),
        "department": "540102-housing",
        "valid_from": first.isoformat(),
        "legal_basis": "测试决定",
    }
    assert "请写明依据的法规或决定" in sent(boss, CELL, 422, **{**given, "legal_basis": " "})
    sent(boss, CELL, **given)
    assert "别人已经改过" in sent(boss, CELL, 412, **{**given, "legal_basis": "又一个"})
    page = got(boss, CELL)
    assert "测试决定" in page
    assert "尚未生效" in page
    directory = stored.current(session)
    at = now() + timedelta(days=11)
    entry = catalogue.responsible(directory, directory.matters["0101"], "540102", at)
    assert entry is not None
    assert (entry.department_code, entry.legal_basis) == ("540102-housing", "测试决定")


def test_an_entry_that_ends_without_another_is_listed_as_a_fault(
    boss: TestClient, session: Session
) -> None:
    today = beijing_day(now())
    rows = changing.cell(session, "01", "540100")
    assert rows
    last = today - timedelta(days=2)
    seen = hidden(got(boss, "/catalogue/01/540100"), "seen")
    sent(boss, "/catalogue/01/540100/end", seen=seen, last_day=last.isoformat())
    found = faults(stored.current(session), today, home="540100")
    assert (Fault.ENDED, "01", "540100") in {(f.fault, f.matter, f.district) for f in found}
    assert "已失效，没有接替" in got(boss, "/catalogue/faults")
    got(boss, "/catalogue/zz/540100", 404)


def test_the_catalogue_is_searched_by_matter_place_department_and_day(boss: TestClient) -> None:
    page = got(boss, "/catalogue", q="城乡建设", district="540100")
    assert f'href="{HOME}/catalogue/01/540100"' in page
    assert f'href="{HOME}/catalogue/01/540000"' not in page
    assert "没有符合条件" in got(boss, "/catalogue", state="future")
    first = got(boss, "/catalogue")
    (more,) = re.findall(r"after=([\w%-]+)", first)
    assert first != got(boss, "/catalogue", after=more.replace("%3A", ":"))


def test_a_sheet_of_the_catalogue_is_tried_out_and_taken_in(
    boss: TestClient, session: Session
) -> None:
    text = ENTRIES + "0101,540102,540102-housing,测试依据,2030-01-01,\n"
    page = sent(boss, "/import/catalogue/preview", 200, text=text, name="目录.csv")
    assert "新增 1 条" in page
    assert "540102-housing" in page
    assert not any(
        row.legal_basis == "测试依据" for row in changing.cell(session, "0101", "540102")
    )
    form = {name: hidden(page, name) for name in ("checked", "version")}
    sent(boss, "/import/catalogue/apply", text=text, name="目录.csv", **form)
    assert any(row.legal_basis == "测试依据" for row in changing.cell(session, "0101", "540102"))
    assert "修改了派单目录" in got(boss, "/audit", type="directory.changed")
    bad = ENTRIES + "0101,540102,nowhere,依据,2030-13-01,\n"
    page = sent(boss, "/import/catalogue/preview", 422, text=bad, name="目录.csv")
    for words in ("没有承办单位“nowhere”", "“2030-13-01”不是日期", "有 2 处不能导入"):
        assert words in page
