"""What every page of the room stands in."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from fastapi import Request, Response

from hotline.console.administration.frame import Refusal
from hotline.console.frame import Viewer, templates
from hotline.console.words import name_of
from hotline.core.clock import now


def shown(
    request: Request, viewer: Viewer, name: str, *, refused: Refusal | None = None, **told: Any
) -> Response:
    """Return a page of the room; what was refused is said at its top."""
    context = {"viewer": viewer, "as_of": now(), "refused": refused, **told}
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, f"ratings/{name}.html", context, status_code=status)


def choices(section: str, codes: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return the codes of a form's choice, each with its word."""
    return [(each.value, name_of(section, each)) for each in codes]
