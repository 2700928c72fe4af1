"""What every page of administration stands in: its areas, and how a refusal is said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from sqlmodel import Session

from hotline.console import navigation
from hotline.console.administration.areas import GROUPS, Area
from hotline.console.faults import Misfilled
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.words import reading, say, words_of
from hotline.core.clock import now
from hotline.core.errors import (
    Conflict,
    HotlineError,
    Invalid,
    NotAllowed,
    NotFound,
    Stale,
)
from hotline.core.security import Permission

RuleReader = Annotated[Viewer, Depends(Seeing(Permission.RULES_READ))]
RuleChanger = Annotated[Viewer, Depends(Seeing(Permission.RULES_CHANGE))]
StaffManager = Annotated[Viewer, Depends(Seeing(Permission.ACCOUNT_MANAGE))]
KeyManager = Annotated[Viewer, Depends(Seeing(Permission.KEY_MANAGE))]
# A leader manages keys too, those of their own department, in its portal: not a page of ours.
INSIDE = Depends(Seeing(Permission.RULES_READ))


class Overtaken(Stale):
    """Somebody else has changed it since the form was opened."""

    def __init__(self) -> None:
        super().__init__("It was changed since the form was opened.", remedy="Open it again.")


@dataclass(frozen=True)
class Refusal:
    """Why a form was not done, in the reader's words, and the status of its answer."""

    words: str
    status: int


def areas_of(viewer: Viewer) -> list[tuple[str, list[Area]]]:
    """Return the groups of areas that the viewer may see."""
    seen = [
        (group, [each for each in areas if each.permission in viewer.may])
        for group, areas in GROUPS
    ]
    return [(group, areas) for group, areas in seen if areas]


def shown(
    request: Request,
    viewer: Viewer,
    template: str,
    area: Area | None,
    *,
    refused: Refusal | None = None,
    **context: Any,
) -> Response:
    """Return a page of this area; what was refused is said at its top."""
    told = {
        "viewer": viewer,
        "here": navigation.ADMINISTRATION.name,
        "area": area,
        "groups": areas_of(viewer),
        "refused": refused,
        "as_of": now(),
        **context,
    }
    page = f"administration/{template}.html"
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, page, told, status_code=status)


def plain(text: str) -> str:
    """Return what was typed without blanks around it, and without the sign that no text holds."""
    return text.replace("\0", "").strip()


def query_of(**asked: str) -> str:
    """Return what was asked as an address holds it, without what is empty."""
    return urlencode({name: value for name, value in asked.items() if value})


def attempt(session: Session, act: Callable[[], object]) -> Refusal | None:
    """Do it; return why it was refused, and then nothing of it stays."""
    try:
        with session.begin_nested():
            act()
    except (Conflict, Invalid, NotAllowed, NotFound, Stale) as error:
        return Refusal(sentence(error), error.status)
    return None


def require_fresh(seen: str, present: str) -> None:
    """Raise Overtaken unless the form was opened on what is there now."""
    if seen != present:
        raise Overtaken()


def sentence(error: HotlineError) -> str:
    """Return the refusal as the reader understands it."""
    if isinstance(error, Misfilled):
        return error.detail
    if isinstance(error, Overtaken):
        return say("refused.overtaken")
    if said := in_words(error.detail, "refused"):
        return said
    return say("fault.NotFound") if isinstance(error, NotFound) else str(error)


def in_words(text: str, section: str) -> str:
    """Return the sentence for a domain's English one; empty while none is known for it."""
    if reading().code == "en":
        return text
    said = words_of(section)
    return next((sentence for part, sentence in said.items() if part in text), "")
