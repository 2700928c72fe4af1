"""附件 of a letter: the form by which its writer and its department add them, and one of them."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from dispatch.attachments import receiving
from dispatch.letters import file_reading, files
from dispatch.letters.models_letters import Letter
from hotline.console.administration.frame import Refusal, require_fresh, sentence
from hotline.console.frame import Viewer
from hotline.console.letters import frame
from hotline.console.letters.frame import PAGE, Reader, Writer
from hotline.console.words import say
from hotline.console.writes import Version
from hotline.core.clock import now
from hotline.core.errors import HotlineError, NotFound
from hotline.core.settings import settings
from hotline.core.workbench.refusals import Refused
from hotline.web import letter_files, uploading
from hotline.web.access import SessionDep

router = APIRouter(include_in_schema=False)

Uploads = Annotated[list[UploadFile], File(max_length=files.MOST)]


@router.post("/{letter_id}/attachments")
def add(
    viewer: Writer,
    letter_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    file: Uploads,
) -> Response:
    """Keep each file with the draft; the first that is not taken ends it, and is named."""
    letter = frame.found(session, viewer, letter_id)
    if refused := kept(session, viewer, letter, version, file):
        return frame.one(request, session, viewer, letter, refused)
    return RedirectResponse(f"{PAGE}/{letter_id}", status_code=303)


@router.get("/{letter_id}/attachments/{file_id}")
def download(viewer: Reader, letter_id: int, file_id: uuid.UUID, session: SessionDep) -> Response:
    """Give one file of the letter, to be saved."""
    letter = frame.found(session, viewer, letter_id)
    row = file_reading.find(session, letter, file_id, viewer.actor)
    return letter_files.answer(letter, row, viewer.actor)


@router.post("/{letter_id}/attachments/{file_id}/remove")
def remove(
    viewer: Writer,
    letter_id: int,
    file_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """移除, while the letter is a draft."""

    def act(letter: Letter) -> None:
        take_away(session, viewer, letter, file_id)

    return frame.done(request, session, viewer, letter_id, version, act)


def take_away(session: Session, viewer: Viewer, letter: Letter, file_id: uuid.UUID) -> None:
    """Remove what the viewer's side added to the letter, which is locked."""
    row = file_reading.find(session, letter, file_id, viewer.actor)
    house = receiving.house_of(settings())
    files.remove(session, letter, row, house, actor=viewer.actor, now=now())


def kept(
    session: Session, viewer: Viewer, letter: Letter, seen: int, sent: Sequence[UploadFile]
) -> Refusal | None:
    """Keep each file that was sent; return why the first one that is not taken is not.

    Those before it stay. No connection is held while a file is examined: whose letter it is, and
    whether it takes files, is asked again afterwards.
    """
    name = ""
    try:
        require_fresh(str(seen), str(letter.version))
        for each in sent:
            name = each.filename or ""
            if name:  # else none was chosen
                _keep(session, viewer, letter, each)
    except NotFound:
        raise
    except HotlineError as error:
        bad = isinstance(error, Refused | receiving.TooLong)
        why = say("fault.file_refused") if bad else sentence(error)
        session.refresh(letter)
        return Refusal(f"{name}：{why}" if name else why, 422 if bad else error.status)
    return None


def _keep(session: Session, viewer: Viewer, letter: Letter, file: UploadFile) -> None:
    files.require_open(session, letter, viewer.actor)
    letter_id = letter.id or 0
    with uploading.examined(session, file, viewer.actor) as (received, house):
        locked = frame.found(session, viewer, letter_id, lock=True)
        files.add(session, locked, received, house, actor=viewer.actor, now=now())
