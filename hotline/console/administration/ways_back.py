"""The addresses that forms are sent to, opened as pages: they lead to the page the form is on.

Whoever reloads an answer, changes its language or signs in anew comes by one of these.
"""

import re

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from hotline.console.administration.areas import HOME
from hotline.console.administration.frame import RuleReader
from hotline.core.errors import NotFound

_FORMS = tuple(
    re.compile(each)
    for each in (
        r"(calendars|limits|staff-sheet|import/[a-z]+)/(?:preview|apply)",
        r"(staff/[^/]+|departments/[^/]+)/.+",
        r"(catalogue/[^/]+/[^/]+)/end",
        r"(people/[^/]+)/[a-z]+",
        r"(do-not-call)/remove",
    )
)

router = APIRouter(prefix=HOME, include_in_schema=False)


@router.get("/{path:path}")
def back(_viewer: RuleReader, path: str) -> Response:
    """Go to the form's page; raise NotFound where no form is."""
    for form in _FORMS:
        if found := form.fullmatch(path):
            return RedirectResponse(f"{HOME}/{found[1]}", status_code=303)
    raise NotFound(f"There is no page {path!r} here.", remedy="Go to the administration's own.")
