"""系统管理: everybody sees what their role may see, and nothing else."""

import pytest
from fastapi.testclient import TestClient

from hotline.console.administration.areas import GROUPS
from hotline.console.words import table
from hotline.core.audited import AUDITED
from hotline.core.scopes import ALL
from hotline.core.security import Permission, Reach
from knowledge.catalogue_faults import Fault
from tests.console.administration.conftest import HOME, got

PAGES = (
    "",
    "/staff",
    "/staff-sheet",
    "/departments",
    "/departments/540100-urban",
    "/catalogue",
    "/catalogue/faults",
    "/catalogue/01/540100",
    "/calendars",
    "/limits",
    "/limits?draft=1",
    "/audit",
    "/import/departments",
    "/import/catalogue",
    "/import/districts",
)


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_opens_every_page(boss: TestClient, page: str) -> None:
    assert "系统管理" in got(boss, page)


def test_the_hub_leads_each_person_to_what_they_may_see(
    boss: TestClient, agent: TestClient, auditor: TestClient
) -> None:
    assert f'href="{HOME}/staff"' in got(boss, "/")
    seen = got(agent, "/")
    assert f'href="{HOME}/catalogue"' in seen
    for hidden in ("/staff", "/audit", "/people", "/do-not-call"):
        assert f'href="{HOME}{hidden}"' not in seen
    assert f'href="{HOME}/audit"' in got(auditor, "/")


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/calendars/preview", "/calendars"),
        ("/import/catalogue/apply", "/import/catalogue"),
        ("/staff/administrator-1/reset-password", "/staff/administrator-1"),
        ("/departments/540100-urban/keys", "/departments/540100-urban"),
    ],
)
def test_an_answer_opened_as_a_page_leads_to_its_form(
    boss: TestClient, form: str, page: str
) -> None:
    answer = boss.get(f"{HOME}{form}")
    assert answer.status_code == 200
    assert answer.url.path == f"{HOME}{page}"


def test_what_is_no_page_is_not_found(boss: TestClient) -> None:
    for path in ("/nowhere", "/staff/nobody", "/catalogue/01"):
        got(boss, path, 404)


@pytest.mark.parametrize("page", ["/staff", "/staff-sheet", "/audit", "/import/catalogue"])
def test_what_a_role_may_not_see_is_refused(agent: TestClient, page: str) -> None:
    got(agent, page, 403)


def test_who_only_reads_rules_finds_no_button_that_changes_them(agent: TestClient) -> None:
    for page in ("/calendars", "/limits", "/catalogue"):
        assert '<form method="post" action="/console/administration' not in got(agent, page)


def test_every_code_of_the_room_has_its_word() -> None:
    words = table("zh")
    assert {each.value for each in Permission} <= words["permission"].keys()
    assert {each.value for each in Reach} <= words["reach"].keys()
    assert {each.value for each in AUDITED} <= words["audit_type"].keys()
    assert {each.value for each in Fault} <= words["catalogue_fault"].keys()
    assert set(ALL) <= words["scope"].keys()
    areas = {each.name for _, listed in GROUPS for each in listed}
    assert areas <= words["areas"].keys() & words["area_means"].keys()
