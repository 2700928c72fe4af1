"""推送地址 of one department: where its systems are told of its orders."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.endpoints import Wanted
from dispatch.webhooks.models_webhooks import WebhookEndpoint
from hotline.console.administration import department_page as pages
from hotline.console.administration.areas import DEPARTMENTS
from hotline.console.administration.frame import INSIDE, KeyManager, attempt, require_fresh
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.settings import settings
from hotline.web.access import SessionDep

OVERLAP = timedelta(hours=24)  # for so long the old secret signs beside the new one

router = APIRouter(
    prefix=f"{DEPARTMENTS.page}/{{code}}/webhooks", include_in_schema=False, dependencies=[INSIDE]
)

Version = Annotated[int, Form()]


@router.post("", response_class=HTMLResponse)
def create(
    viewer: KeyManager,
    code: str,
    request: Request,
    session: SessionDep,
    url: Annotated[str, Form(max_length=2000)],
    label: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """新增推送地址: answer with the secret that its messages are signed with."""
    row, made = pages.find(session, code), [""]
    wanted = Wanted(url.replace("\0", "").strip(), label.replace("\0", "").strip())

    def act() -> None:
        department = endpoints.department_of(viewer.actor, row.code)
        networks = settings().webhook_networks
        _, made[0] = endpoints.create(
            session, department, wanted, networks=networks, actor=viewer.actor, now=now()
        )

    refused = attempt(session, act)
    once = None if refused else (say("hooks_page.made"), made[0])
    return pages.page(request, session, viewer, row, refused=refused, once=once)


@router.post("/{hook}/{verb}", response_class=HTMLResponse)
def do(
    viewer: KeyManager,
    code: str,
    hook: UUID,
    verb: str,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """停用、启用、测试、更换密钥、删除."""
    row, made = pages.find(session, code), [""]
    if verb not in VERBS:
        raise NotFound(f"Nothing is called {verb!r} here.")

    def act() -> None:
        endpoint = endpoints.find(session, hook, actor=viewer.actor, lock=True)
        if endpoint.department != row.code:
            raise NotFound(f"{row.code} has no webhook {hook}.")
        require_fresh(str(version), str(endpoint.version))
        made[0] = _done(session, viewer, endpoint, verb)

    refused = attempt(session, act)
    if refused or made[0]:
        once = None if refused else (say("hooks_page.made"), made[0])
        return pages.page(request, session, viewer, row, refused=refused, once=once)
    return RedirectResponse(f"{DEPARTMENTS.page}/{row.code}#webhooks", status_code=303)


VERBS = ("disable", "enable", "ping", "rotate", "delete")


def _done(session: Session, viewer: Viewer, endpoint: WebhookEndpoint, verb: str) -> str:
    """Do it; return the new secret where there is one."""
    at = now()
    if verb == "disable":
        endpoints.disable(session, endpoint, actor=viewer.actor, now=at)
    elif verb == "enable":
        endpoints.enable(session, endpoint, actor=viewer.actor, now=at)
    elif verb == "ping":
        deliveries.ping(session, endpoint, now=at)
    elif verb == "delete":
        endpoints.remove(session, endpoint, actor=viewer.actor, now=at)
    else:
        return endpoints.rotate(session, endpoint, overlap=OVERLAP, actor=viewer.actor, now=at)
    return ""
