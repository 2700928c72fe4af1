"""What every page of the room stands in: who may see it, its tabs, and a form that is tried."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from dispatch.inspection.inspections import Marks
from hotline.console import navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.writes import LARGEST_ROW, MOST_LETTERS
from hotline.core.clock import now
from hotline.core.security import Permission

PAGE = navigation.INSPECTION.page
MOST_MARKS = 60

Reader = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_READ))]
Inspector = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_SCORE))]
Hander = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_HAND))]
Planner = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_PLAN))]
Decider = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_DECIDE))]
Inspected = Annotated[Viewer, Depends(Seeing(Permission.INSPECTION_OWN))]
Row = Annotated[int, Path(ge=1, le=LARGEST_ROW)]
Words = Annotated[str, Form(max_length=MOST_LETTERS)]
Short = Annotated[str, Form(max_length=64)]
Texts = Annotated[list[str], Form(max_length=MOST_MARKS)]

# Tabs of the room: the page, its word, and what one must be permitted.
TABS = (
    ("", "work", Permission.INSPECTION_READ),
    ("/figures", "figures", Permission.INSPECTION_READ),
    ("/setup", "setup", Permission.INSPECTION_PLAN),
    ("/calibrations", "calibrations", Permission.INSPECTION_PLAN),
    ("/own", "own", Permission.INSPECTION_OWN),
)


def marks_of(criteria: list[str], levels: list[str], fatal: list[str], note: str) -> Marks:
    """Return what a form marks: each criterion beside its level, those without one left out."""
    marked = dict(zip(criteria, levels, strict=False))
    return Marks({code: level for code, level in marked.items() if level}, fatal, note)


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
        "tabs": [(PAGE + path, word) for path, word, needs in TABS if needs in viewer.may],
        "tab": tab,
        "refused": refused,
        **context,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(
        request, f"inspection/{template}.html", told, status_code=status
    )


def tried(
    session: Session, act: Callable[[], object], back: str, again: Callable[[Refusal], Response]
) -> Response:
    """Do it and lead `back`; what is refused shows the page `again`, and nothing of it stays."""
    refused = attempt(session, act)
    return again(refused) if refused else RedirectResponse(PAGE + back, status_code=303)
