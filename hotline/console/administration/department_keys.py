"""接口密钥 and OAuth2 clients of one department: given once, taken away at once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console.administration import department_page as pages
from hotline.console.administration.areas import DEPARTMENTS
from hotline.console.administration.frame import INSIDE, KeyManager, attempt, plain
from hotline.console.words import say
from hotline.console.writes import RowId
from hotline.core import clients, keys
from hotline.core.clock import now
from hotline.web.access import SessionDep
from knowledge.models import Department

router = APIRouter(
    prefix=f"{DEPARTMENTS.page}/{{code}}", include_in_schema=False, dependencies=[INSIDE]
)

Label = Annotated[str, Form(max_length=100)]
Scopes = Annotated[list[str] | None, Form(max_length=20)]


@router.post("/keys", response_class=HTMLResponse)
def issue_key(
    viewer: KeyManager,
    code: str,
    request: Request,
    session: SessionDep,
    label: Label = "",
    let: Scopes = None,
) -> Response:
    """发放密钥: answer with it; nobody can be shown it a second time."""
    row, made = pages.find(session, code), [""]

    def act() -> None:
        _, made[0] = keys.issue_key(
            session, row.code, plain(label), let or [], actor=viewer.actor, now=now()
        )

    refused = attempt(session, act)
    once = None if refused else (say("keys_page.made_key"), made[0])
    return pages.page(request, session, viewer, row, refused=refused, once=once)


@router.post("/keys/revoke")
def revoke_key(viewer: KeyManager, code: str, session: SessionDep, key: RowId) -> Response:
    """停用密钥: worthless from now on."""
    row = pages.find(session, code)
    keys.revoke_key(session, row.code, key, actor=viewer.actor, now=now())
    return _to(row)


@router.post("/clients", response_class=HTMLResponse)
def create_client(
    viewer: KeyManager,
    code: str,
    request: Request,
    session: SessionDep,
    label: Label = "",
    let: Scopes = None,
) -> Response:
    """新建客户端: answer with its id and first secret."""
    row, made = pages.find(session, code), ["", ""]

    def act() -> None:
        client, made[1] = clients.create_client(
            session, row.code, plain(label), let or [], actor=viewer.actor, now=now()
        )
        made[0] = client.client_id

    refused = attempt(session, act)
    once = None if refused else (say("keys_page.made_client", client=made[0]), made[1])
    return pages.page(request, session, viewer, row, refused=refused, once=once)


@router.post("/clients/{client}/secrets", response_class=HTMLResponse)
def add_secret(
    viewer: KeyManager, code: str, client: str, request: Request, session: SessionDep
) -> Response:
    """更换密钥: a second secret that holds beside the first until that one is revoked."""
    row, made = pages.find(session, code), [""]

    def act() -> None:
        found = clients.find(session, row.code, plain(client))
        _, made[0] = clients.add_secret(session, found, actor=viewer.actor, now=now())

    refused = attempt(session, act)
    once = None if refused else (say("keys_page.made_client", client=client), made[0])
    return pages.page(request, session, viewer, row, refused=refused, once=once)


@router.post("/clients/{client}/revoke")
def revoke_client(
    viewer: KeyManager,
    code: str,
    client: str,
    session: SessionDep,
    secret: Annotated[int | None, Form(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """End one secret, or the client with all it holds."""
    row = pages.find(session, code)
    found = clients.find(session, row.code, plain(client))
    if secret:
        clients.revoke_secret(session, found, secret, actor=viewer.actor, now=now())
    else:
        clients.revoke_client(session, found, actor=viewer.actor, now=now())
    return _to(row)


def _to(row: Department) -> Response:
    return RedirectResponse(f"{DEPARTMENTS.page}/{row.code}#systems", status_code=303)
