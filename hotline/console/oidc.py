"""统一身份认证登录: to the site's provider, back with a code, and into the console."""

from functools import lru_cache
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console.faults import PREFIX, SIGN_IN
from hotline.console.frame import templates
from hotline.console.sign_in_form import first_page, inside, shown
from hotline.console.words import words_of
from hotline.core import vault
from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.errors import HotlineError, NotFound
from hotline.core.people import login_sessions, oidc_flow, signing_in
from hotline.core.people.oidc import Client, Provider
from hotline.core.people.oidc_accounts import arrive, identity_in
from hotline.core.people.oidc_flow import Flow, Unproven
from hotline.core.people.oidc_roles import Rule, place_for, read_rules
from hotline.core.settings import settings
from hotline.web import signing_in as doors
from hotline.web.access import SessionDep, is_encrypted
from knowledge.staff import require_place

FLOW_COOKIE = "hotline_oidc"
START = f"{SIGN_IN}/oidc"
CALLBACK = f"{START}/callback"

log = structlog.get_logger()
router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.get("/sign-in/oidc", response_class=HTMLResponse)
def start(request: Request, next: str = "") -> Response:
    """Send the browser to the site's provider."""
    flow = oidc_flow.begin(inside(next))
    try:
        target = _provider().authorization_url(_client(request), flow)
    except HotlineError as error:
        return _failed(request, error)
    answer = RedirectResponse(target, status_code=303)
    answer.set_cookie(
        FLOW_COOKIE,
        oidc_flow.seal(flow, vault.master_key(), now=now()),
        max_age=oidc_flow.LASTS_S,
        path=SIGN_IN,
        httponly=True,
        samesite="lax",  # it must come along when the provider sends the browser back
        secure=is_encrypted(),
    )
    return answer


@router.get("/sign-in/oidc/callback", response_class=HTMLResponse)
def come_back(
    request: Request,
    session: SessionDep,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Open a session for whom the provider vouches; or say why not."""
    try:
        flow = oidc_flow.open_sealed(
            request.cookies.get(FLOW_COOKIE, ""), state, vault.master_key(), now=now()
        )
        if error or not code:
            raise Unproven(f"The provider says {error or 'nothing'}.", remedy="Try again.")
        account = _account(request, session, flow, code)
    except HotlineError as refused:
        answer = _failed(request, refused)
    else:
        # A strict cookie does not come along with a redirect that another site began: our own
        # page goes on from here.
        target = first_page(account, flow.next)
        answer = templates.TemplateResponse(request, "onward.html", {"target": target})
        doors.begin(request, answer, session, account, public_id=UUID(flow.login))
    answer.delete_cookie(FLOW_COOKIE, path=SIGN_IN)
    return answer


def sign_out_url(request: Request) -> str | None:
    """Return where one also leaves the provider; None without one, or while it is away."""
    if not settings().oidc_issuer:
        return None
    try:
        return _provider().sign_out_url(_client(request), _base(request) + SIGN_IN)
    except HotlineError as error:
        log.warning("oidc.away", problem=error.title)
        return None


def _account(request: Request, session: Session, flow: Flow, code: str) -> Account:
    own = settings()
    claims = _provider().claims(_client(request), flow, code, wanted=own.oidc_role_claim)
    if login_sessions.is_open(session, UUID(flow.login)):
        raise Unproven("This sign-in was used already.", remedy="Begin again.")
    place = place_for(claims, own.oidc_role_claim, _rules())
    who = identity_in(claims)
    account = arrive(session, who, require_place(session, place), now=now())
    signing_in.tell(session, account, by="oidc", now=now())
    return account


def _failed(request: Request, error: HotlineError) -> Response:
    """Return the sign-in page with what went wrong, in the reader's language."""
    kind = type(error).__name__
    log.warning("oidc.refused", kind=kind, detail=error.detail)
    known = words_of("oidc")
    fault = known.get(kind, known["other"])
    return shown(request, "", fault=fault, status=error.status)


@lru_cache
def _provider_of(issuer: str) -> Provider:
    return Provider(issuer)


def _provider() -> Provider:
    if not settings().oidc_issuer:
        raise NotFound("This site has no sign-in of its own.", remedy="Sign in with a password.")
    return _provider_of(settings().oidc_issuer)


def _client(request: Request) -> Client:
    own = settings()
    return Client(own.oidc_client_id, own.oidc_client_secret, _base(request) + quote(CALLBACK))


def _base(request: Request) -> str:
    return (settings().public_url or str(request.base_url)).rstrip("/")


def _rules() -> tuple[Rule, ...]:
    file = settings().oidc_roles
    return read_rules(file) if file else ()
