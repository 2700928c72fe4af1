"""What the department's own pages share: whose they are, and how they are shown."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from dispatch.sealing import reach
from hotline.console.faults import PORTAL, PREFIX
from hotline.console.frame import Seeing, Viewer, templates
from hotline.core.security import Permission

# Only departments handle orders: who works inside reads them in the console.
Handler = Annotated[Viewer, Depends(Seeing(Permission.ORDER_HANDLE))]
KeyHolder = Annotated[Viewer, Depends(Seeing(Permission.KEY_MANAGE))]
HookHolder = Annotated[Viewer, Depends(Seeing(Permission.WEBHOOK_MANAGE))]

FIGURES, KEYS, HOOKS = f"{PORTAL}/figures", f"{PORTAL}/keys", f"{PORTAL}/webhooks"


def elsewhere(viewer: Viewer) -> Response | None:
    """Return the way out for an administrator, who gives keys to every department by the API."""
    if reach.department_of(viewer.actor):
        return None
    return RedirectResponse(f"{PREFIX}/", status_code=303)


def shown(request: Request, name: str, viewer: Viewer, here: str, **told: Any) -> Response:
    """Return a page of this room; `here` names it in the navigation."""
    context = {"viewer": viewer, "here": here, **told}
    return templates.TemplateResponse(request, f"portal/{name}", context)
