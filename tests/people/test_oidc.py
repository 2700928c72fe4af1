"""Signing in at the site's own provider, over real HTTP to a provider that may misbehave."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, func, select

from hotline.core import accounts, events
from hotline.core import settings as core_settings
from hotline.core.accounts import Role
from hotline.core.errors import Unavailable
from hotline.core.people import oidc
from hotline.core.people.login_sessions import LoginSession
from hotline.core.people.oidc import Client, Provider
from hotline.core.people.oidc_flow import Unproven, begin, open_sealed, seal
from tests.people.conftest import told

KEY = b"k" * 32


def sent_back(browser: TestClient, next: str = "/console/") -> str:
    """Go to the provider and return the address to which it sends the browser back."""
    to = browser.get("/console/sign-in/oidc", params={"next": next}, follow_redirects=False)
    assert to.status_code == 303
    asked = {
        name: value[0] for name, value in parse_qs(urlsplit(to.headers["location"]).query).items()
    }
    assert asked["code_challenge_method"] == "S256"
    assert {"nonce", "state", "code_challenge"} <= asked.keys()
    back = httpx.get(to.headers["location"], timeout=60)
    assert back.status_code == 302
    return back.headers["location"].removeprefix("http://testserver")


def signed_in(browser: TestClient) -> Any:
    return browser.get(sent_back(browser))


def test_the_button_is_there_only_when_a_provider_is(
    anonymous: TestClient, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "统一身份认证登录" in anonymous.get("/console/sign-in").text
    monkeypatch.setenv("HOTLINE_OIDC_ISSUER", "")
    core_settings.settings.cache_clear()
    assert "统一身份认证登录" not in anonymous.get("/console/sign-in").text
    assert anonymous.get("/console/sign-in/oidc").status_code == 404
    assert site


def test_who_holds_a_mapped_role_gets_in_and_an_account_is_made(
    anonymous: TestClient, session: Session, site: str
) -> None:
    told(site)
    page = signed_in(anonymous)
    assert page.status_code == 200
    assert 'content="0; url=/console/"' in page.text
    assert "hotline_session" in page.headers["set-cookie"]
    assert anonymous.get("/console/").url.path == "/console/"
    account = accounts.find(session, "dawa")
    assert account
    assert (account.role, account.display_name, account.password_hash) == ("agent", "达瓦", "")
    assert (account.issuer, account.subject) == (site, "person-1")
    types = [event.type for event in events.history(session, "account:dawa")]
    assert types == ["account.created", "account.signed_in"]


def test_the_account_follows_what_the_provider_says(
    anonymous: TestClient, session: Session, site: str
) -> None:
    told(site)
    signed_in(anonymous)
    told(site, groups=["urban-leaders"], name="达瓦主任", preferred_username="dawa2")
    signed_in(anonymous)
    account = accounts.find(session, "dawa")
    assert account
    assert accounts.find(session, "dawa2") is None
    assert account.display_name == "达瓦主任"
    actor = accounts.as_actor(account)
    assert (actor.role, actor.department, actor.district, actor.clearance) == (
        Role.LEADER,
        "540102-urban",
        "540102",
        "internal",
    )


def test_a_role_in_an_inner_claim_or_in_userinfo_is_found(
    anonymous: TestClient, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_OIDC_ROLE_CLAIM", "realm_access.roles")
    core_settings.settings.cache_clear()
    told(site, realm_access={"roles": ["hotline-agents"]})
    assert signed_in(anonymous).status_code == 200
    body: dict[str, Any] = {
        "who": {"sub": "person-2", "preferred_username": "pema"},
        "userinfo": {"sub": "person-2", "realm_access": {"roles": ["hotline-agents"]}},
    }
    httpx.post(f"{site}/control", json=body, timeout=60).raise_for_status()
    assert signed_in(anonymous).status_code == 200
    body["userinfo"]["sub"] = "somebody else"
    httpx.post(f"{site}/control", json=body, timeout=60).raise_for_status()
    assert signed_in(anonymous).status_code == 403


@pytest.mark.parametrize(
    "fault", ["nonce", "no_nonce", "audience", "issuer", "expired", "unsigned", "other_key"]
)
def test_an_answer_that_does_not_hold_lets_nobody_in(
    anonymous: TestClient, session: Session, site: str, fault: str
) -> None:
    told(site, fault=fault)
    page = signed_in(anonymous)
    assert page.status_code == 403
    assert "统一身份认证没有完成" in page.text
    assert accounts.find(session, "dawa") is None
    assert anonymous.get("/console/").url.path == "/console/sign-in"


@pytest.mark.parametrize(
    ("groups", "status", "said"),
    [
        (["staff"], 403, "没有对应本热线的角色"),
        ("no list", 403, "没有对应本热线的角色"),
        (["ghosts"], 422, "角色对应表有误"),
    ],
)
def test_who_has_no_usable_role_is_told_so(
    anonymous: TestClient, session: Session, site: str, groups: object, status: int, said: str
) -> None:
    told(site, groups=groups)
    page = signed_in(anonymous)
    assert page.status_code == status
    assert said in page.text
    assert accounts.find(session, "dawa") is None


def test_a_state_opens_one_session_and_no_second(
    anonymous: TestClient, session: Session, site: str
) -> None:
    told(site)
    back = sent_back(anonymous)
    flow = anonymous.cookies["hotline_oidc"]
    assert anonymous.get(back).status_code == 200
    assert anonymous.get(back).status_code == 403  # the cookie is gone
    anonymous.cookies.set("hotline_oidc", flow, path="/console/sign-in")
    assert anonymous.get(back).status_code == 403  # the code is used
    # Even a fresh code, which the provider gives for the very same state and nonce.
    state = {"state": parse_qs(urlsplit(back).query)["state"][0]}
    again = httpx.get(f"{site}/again", params=state, timeout=60)
    fresh = again.json()["code"]
    anonymous.cookies.set("hotline_oidc", flow, path="/console/sign-in")
    replayed = back.replace(parse_qs(urlsplit(back).query)["code"][0], fresh)
    assert anonymous.get(replayed).status_code == 403
    assert session.exec(select(func.count()).select_from(LoginSession)).one() == 1


def test_a_state_of_another_browser_is_refused(anonymous: TestClient, site: str) -> None:
    told(site)
    back = sent_back(anonymous)
    sent_back(anonymous)  # this browser began anew meanwhile
    assert anonymous.get(back).status_code == 403
    anonymous.cookies.clear()
    assert anonymous.get(back).status_code == 403


def test_a_flow_is_sealed_and_lasts_ten_minutes(now: datetime) -> None:
    flow = begin("/console/")
    cookie = seal(flow, KEY, now=now)
    assert flow.verifier not in cookie
    late = now + timedelta(seconds=601)
    assert open_sealed(cookie, flow.state, KEY, now=now) == flow
    for opened, state, key, at in (
        (cookie, flow.state, KEY, late),
        (cookie, "other", KEY, now),
        (cookie, flow.state, b"x" * 32, now),
        ("", flow.state, KEY, now),
    ):
        with pytest.raises(Unproven):
            open_sealed(opened, state, key, now=at)


def test_a_name_of_a_local_account_is_not_taken_over(
    anonymous: TestClient, session: Session, site: str, now: datetime
) -> None:
    accounts.create_account(session, "dawa", "yak butter", role=Role.ADMINISTRATOR, now=now)
    told(site)
    page = signed_in(anonymous)
    assert page.status_code == 409
    assert "已属于另一个账号" in page.text


def test_who_is_disabled_here_stays_out(
    anonymous: TestClient, session: Session, site: str, now: datetime
) -> None:
    told(site)
    signed_in(anonymous)
    account = accounts.find(session, "dawa")
    assert account
    account.disabled_at = now
    session.flush()
    assert anonymous.get("/console/").url.path == "/console/sign-in"
    page = signed_in(anonymous)
    assert page.status_code == 403
    assert "已停用" in page.text


def test_signing_out_leads_out_of_the_provider_too(anonymous: TestClient, site: str) -> None:
    told(site)
    signed_in(anonymous)
    page = anonymous.post("/console/sign-out")
    assert f'content="0; url={site}/end?client_id=hotline' in page.text
    assert anonymous.get("/console/").url.path == "/console/sign-in"


def test_what_the_provider_says_of_itself_is_kept(anonymous: TestClient, site: str) -> None:
    told(site)
    assert signed_in(anonymous).status_code == 200
    asked = httpx.get(f"{site}/asked", timeout=60).json()
    assert signed_in(anonymous).status_code == 200
    again = httpx.get(f"{site}/asked", timeout=60).json()
    for path in ("/keys", "/.well-known/openid-configuration"):
        assert again[path] == asked[path]


def test_a_provider_s_new_key_is_fetched_once_it_signs_with_it(
    anonymous: TestClient, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(site)
    assert signed_in(anonymous).status_code == 200
    monkeypatch.setattr(oidc, "_AGAIN_AFTER_S", 0.0)
    httpx.post(f"{site}/control", json={"new_key": True}, timeout=60).raise_for_status()
    told(site)
    assert signed_in(anonymous).status_code == 200


def test_a_provider_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Unavailable):
        Provider("http://127.0.0.1:9").authorization_url(Client("a", "b", "c"), begin(""))


def test_a_provider_without_https_is_not_trusted() -> None:
    with pytest.raises(Unavailable, match="not https"):
        Provider("http://sso.example").authorization_url(Client("a", "b", "c"), begin(""))
