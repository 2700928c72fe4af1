"""The sign-in page, as each way of signing in shows it again when something was wrong."""

from fastapi import Request, Response

from hotline.console import navigation
from hotline.console.faults import ACCOUNT, PORTAL, PREFIX, SIGN_IN, is_page
from hotline.console.frame import templates
from hotline.core.accounts import Account, Actor, as_actor
from hotline.core.security import Permission, may
from hotline.core.settings import settings


def shown(
    request: Request, next: str, *, fault: str = "", username: str = "", status: int = 401
) -> Response:
    """Return the page, with a button of the site's own sign-in when there is one."""
    context = {
        "fault": fault,
        "next": inside(next),
        "username": username,
        "provider": bool(settings().oidc_issuer),
    }
    code = status if fault else 200
    return templates.TemplateResponse(request, "sign_in.html", context, status_code=code)


def first_page(account: Account, next: str) -> str:
    """Return where a person goes who signed in: where they wanted to, if that is open to them."""
    actor, wanted = as_actor(account), inside(next)
    if account.must_change_password:
        return ACCOUNT
    lost = wanted == f"{PREFIX}/" and not may(actor, Permission.TICKET_READ)
    return _home(actor) if lost else wanted


def _home(actor: Actor) -> str:
    """Return the first page of somebody who has no tickets to look at."""
    if may(actor, Permission.ORDER_HANDLE):
        return f"{PORTAL}/"
    return navigation.ARTICLES.page if may(actor, Permission.ARTICLE_READ) else ACCOUNT


def inside(path: str) -> str:
    """Return the path if it is a page of the console, else the console's first page."""
    ours = is_page(path) and not path.startswith(SIGN_IN)
    return path if ours else f"{PREFIX}/"
