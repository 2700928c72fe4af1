"""Getting in and out of the console."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.console.sign_in_form import inside
from hotline.core.accounts import Role
from tests.console.conftest import enter
from tests.factories import create_ticket


def test_who_is_not_signed_in_is_led_to_the_form_and_then_back(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    path = f"/console/tickets/{ticket.number}"
    form = anonymous.get(path)
    assert form.url.path == "/console/sign-in"
    assert f'name="next" value="{path}"' in form.text
    enter(anonymous, session, Role.AGENT, now)
    anonymous.cookies.clear()
    given = {"username": "agent-1", "password": "secret-word", "next": path}
    assert anonymous.post("/console/sign-in", data=given).url.path == path


def test_an_editor_comes_to_the_articles_and_finds_their_pages(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    enter(anonymous, session, Role.EDITOR, now)
    anonymous.cookies.clear()
    given = {"username": f"{Role.EDITOR}-1", "password": "secret-word"}
    page = anonymous.post("/console/sign-in", data=given)
    assert page.url.path == "/console/articles"
    top = page.text.partition("</header>")[0]
    led = set(re.findall(r'<a [^>]*href="(/console/[^"]*)"', top))
    assert led >= {"/console/articles", "/console/articles/gaps", "/console/articles/new"}
    for path in led:
        assert anonymous.get(path).status_code == 200, path
    assert 'action="/console/find"' not in top


def test_an_agent_finds_their_drafts_beside_the_callbacks(agent: TestClient) -> None:
    assert 'href="/console/drafts"' in agent.get("/console/callbacks").text
    shown = agent.get("/console/drafts").text
    assert '<a id="go-drafts" href="/console/drafts" aria-current="page">' in shown
    assert "<kbd>G F</kbd>" in shown


def test_the_list_names_the_keys_that_tick(lead: TestClient) -> None:
    assert "<kbd>⇧ X</kbd>" in lead.get("/console/").text
    assert "<kbd>⇧ X</kbd>" not in lead.get("/console/queue").text


def test_a_wrong_password_is_said_in_chinese(anonymous: TestClient) -> None:
    page = anonymous.post("/console/sign-in", data={"username": "nobody", "password": "x"})
    assert page.status_code == 401
    assert "用户名或密码不对" in page.text
    assert 'value="nobody"' in page.text


def test_signing_out_ends_it(agent: TestClient) -> None:
    assert agent.get("/console/").url.path == "/console/"
    agent.post("/console/sign-out")
    assert agent.get("/console/").url.path == "/console/sign-in"


def test_an_open_page_whose_session_ended_is_sent_to_the_form(anonymous: TestClient) -> None:
    came_from = "http://testserver/console/?status=registered"
    headers = {"HX-Request": "true", "HX-Current-URL": came_from}
    answer = anonymous.get("/console/rows", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].endswith("next=/console/%3Fstatus%3Dregistered")


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/", "//elsewhere.example", "/console/\\x", "/docs", ""]
)
def test_one_is_never_led_out_of_the_console(path: str) -> None:
    assert inside(path) == "/console/"
