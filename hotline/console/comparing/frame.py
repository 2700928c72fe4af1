"""What every page of the room stands in: who may see it, its tabs, and a form that is tried."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from hotline.console import moments, navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.security import Permission

PAGE = navigation.COMPARING.page
SHOWN = 50

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Manager = Annotated[Viewer, Depends(Seeing(Permission.COMPARISON_MANAGE))]
Decider = Annotated[Viewer, Depends(Seeing(Permission.COMPARISON_DECIDE))]
Row = Annotated[int, Path(ge=1, le=LARGEST_ROW)]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Words = Annotated[str, Form(max_length=2000)]
Short = Annotated[str, Form(max_length=64)]
Day = Annotated[str, Form(max_length=10)]
TABS = ((PAGE, "runs"), (f"{PAGE}/schemes", "schemes"), (f"{PAGE}/exclusions", "exclusions"))


def shown(
    request: Request,
    viewer: Viewer,
    template: str,
    tab: str,
    *,
    refused: Refusal | None = None,
    **context: Any,
) -> Response:
    """Return a page of the room; what was refused is said at its top."""
    told = {
        "viewer": viewer,
        "as_of": now(),
        "page": PAGE,
        "moment": moments.short,
        "tabs": TABS,
        "tab": tab,
        "manages": Permission.COMPARISON_MANAGE in viewer.may,
        "decides": Permission.COMPARISON_DECIDE in viewer.may,
        "refused": refused,
        **context,
    }
    status, name = refused.status if refused else 200, f"comparing/{template}.html"
    return templates.TemplateResponse(request, name, told, status_code=status)


def tried(
    session: Session,
    act: Callable[[], object],
    back: Callable[[], str],
    again: Callable[[Refusal], Response],
) -> Response:
    """Do it and lead `back`; what is refused shows the page `again`, and nothing of it stays."""
    refused = attempt(session, act)
    return again(refused) if refused else RedirectResponse(PAGE + back(), status_code=303)
