"""The demo's band stands on every page of a made-up centre, and nowhere else; its tour leads on."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.console.tour import STOPS
from hotline.core import demo_mark
from hotline.core.accounts import Role
from hotline.core.demo_mark import Mark
from hotline.core.settings import Settings
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.factories import create_ticket

BAND = '<p class="demo"'


@pytest.fixture
def made_up(own: Settings, now: datetime) -> Iterator[None]:
    """The data folder is a demo's for the length of the test."""
    demo_mark.write(own, Mark(1, now.isoformat()))
    yield
    demo_mark.path(own).unlink()


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("page", ["/console/", "/console/tour", "/wallboard/", "/new", "/t/1"])
def test_every_page_of_a_demo_says_so(lead: TestClient, page: str) -> None:
    assert BAND in lead.get(page).text


@pytest.mark.usefixtures("made_up")
def test_the_sign_in_says_so_before_anybody_is_in(anonymous: TestClient) -> None:
    shown = anonymous.get("/console/sign-in").text
    assert BAND in shown
    assert "/console/tour" not in shown


@pytest.mark.parametrize("page", ["/console/", "/wallboard/", "/new"])
def test_no_page_of_a_real_centre_says_so(lead: TestClient, page: str) -> None:
    assert BAND not in lead.get(page).text


def test_a_real_centre_has_no_tour(lead: TestClient) -> None:
    assert lead.get("/console/tour").status_code == 404


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD, Role.EDITOR])
def test_each_stop_leads_where_the_viewer_may_go(
    session: Session, now: datetime, role: Role
) -> None:
    create_ticket(session, now=now)
    browser = enter(another(session), session, role, now)
    shown = browser.get("/console/tour").text
    links = re.findall(r'<h2><a href="([^"]+)"', shown)
    assert links
    assert shown.count('<li class="card">') == len(STOPS)
    for link in links:
        assert browser.get(link).status_code == 200, link
