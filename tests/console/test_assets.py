"""What the pages load, and what every answer tells the browser."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.errors import CannotStart
from hotline.web.assets import asset
from hotline.web.headers import DOCS, STRICT
from tests.console.conftest import enter

ROOT = Path(__file__).parents[2]


def test_a_script_is_served_for_good_under_its_contents_hash(anonymous: TestClient) -> None:
    url = asset("htmx.js")
    assert re.fullmatch(r"/static/htmx-[0-9a-f]{12}\.js", url)
    answer = anonymous.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert anonymous.get("/static/htmx.js").status_code == 404


def test_without_set_up_the_error_says_what_to_run() -> None:
    with pytest.raises(CannotStart, match="make setup"):
        asset("no-such.js")


def test_every_script_is_locked_by_hash_to_the_public_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert package.get("resolved", "https://registry.npmjs.org/").startswith(
                "https://registry.npmjs.org/"
            ), name


def test_pages_load_only_from_here_and_are_not_kept(agent: TestClient) -> None:
    page = agent.get("/console/")
    assert page.headers["Content-Security-Policy"] == STRICT
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "unsafe" not in STRICT
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    assert all(source.startswith(("/", "#")) for source in sources)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.text)


def test_the_documentation_needs_no_cdn(anonymous: TestClient) -> None:
    page = anonymous.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert page.headers["Content-Security-Policy"] == DOCS
    assert "http" not in DOCS
    assert anonymous.get("/openapi.json").json()["openapi"].startswith("3.1")


CROSS = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
# Without https a browser sends no Sec-Fetch-Site; the origin alone must tell.
PLAIN_OWN = {"Origin": "http://testserver"}
PLAIN_CROSS = {"Origin": "http://elsewhere.example"}
SANDBOXED = {"Origin": "null"}
SIBLING = {"Origin": "http://other.testserver", "Sec-Fetch-Site": "same-site"}


@pytest.mark.parametrize("headers", [CROSS, PLAIN_CROSS, SANDBOXED, SIBLING])
def test_a_form_on_another_site_gets_nothing_done(
    agent: TestClient, headers: dict[str, str]
) -> None:
    refused = agent.post("/console/sign-out", headers=headers)
    assert refused.status_code == 403
    assert refused.headers["Content-Security-Policy"] == STRICT
    assert agent.get("/console/").url.path == "/console/"  # still signed in


@pytest.mark.parametrize("headers", [OWN, PLAIN_OWN, {}])
def test_our_own_forms_and_programs_are_let_through(
    agent: TestClient, headers: dict[str, str]
) -> None:
    answer = agent.post("/console/sign-out", headers=headers, follow_redirects=False)
    assert answer.status_code == 303


def test_nobody_is_signed_in_by_another_sites_form(anonymous: TestClient) -> None:
    form = {"username": "admin", "password": "x"}
    assert anonymous.post("/console/sign-in", data=form, headers=CROSS).status_code == 403


def test_a_token_counts_from_anywhere(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    enter(anonymous, session, Role.AGENT, now)
    token = anonymous.cookies["hotline_session"]
    anonymous.cookies.clear()
    headers = {**CROSS, "Authorization": f"Bearer {token}"}
    answer = anonymous.post("/api/v1/tickets/0/dispatch", headers=headers)
    assert answer.status_code == 404
