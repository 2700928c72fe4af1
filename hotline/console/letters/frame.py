"""What every page of the room shares: who may look and who may write, and one write on a letter."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlmodel import Session

from dispatch.letters import drafting, issuing, publishing, reading
from dispatch.letters.models_letters import Letter
from dispatch.letters.states import Status
from hotline.console import navigation, versioned
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.letters import views
from hotline.core.clock import now
from hotline.core.security import Permission

PAGE = navigation.LETTERS.page

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Writer = Annotated[Viewer, Depends(Seeing(Permission.LETTER_WRITE))]


def found(session: Session, viewer: Viewer, letter_id: int, *, lock: bool = False) -> Letter:
    """Return the letter; raise NotFound for one that the viewer may not see."""
    versioned.require_row(letter_id, "letter")
    return reading.find(session, letter_id, reader=viewer.actor, lock=lock)


def done(
    request: Request,
    session: Session,
    viewer: Viewer,
    letter_id: int,
    version: int,
    act: Callable[[Letter], object],
) -> Response:
    """Act on the letter as it was seen, and lead back to it; or say why not."""
    letter = found(session, viewer, letter_id, lock=True)

    def again(letter: Letter, refused: Refusal) -> Response:
        return one(request, session, viewer, letter, refused)

    page = f"{PAGE}/{letter_id}"
    return versioned.done(session, letter, version, act, page=page, again=again)


def one(
    request: Request,
    session: Session,
    viewer: Viewer,
    letter: Letter,
    refused: Refusal | None = None,
) -> Response:
    """Show one letter, with what can be done about it now."""
    moment = now()
    shown = views.whole(session, letter, reader=viewer.actor, callings=called, now=moment)
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": moment,
        "page": PAGE,
        "writes": Permission.LETTER_WRITE in viewer.may,
        "wrote": str(viewer.actor) in drafting.writers(session, letter),
        "met": bool(letter.meets_at and letter.meets_at <= moment),
        "closes": letter.status == Status.ISSUED and issuing.is_done(session, letter),
        "publishes": publishing.switch().is_on,
        "refused": refused,
        **shown,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "letters/one.html", told, status_code=status)
