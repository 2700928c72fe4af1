"""函件的附件 over HTTP: a department reads a letter's files, and adds its own to its answer."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import StreamingResponse

from dispatch.attachments import receiving
from dispatch.letters import file_reading, files, reading
from dispatch.letters.models_letters import Letter
from hotline.api.fields import Number
from hotline.api.letter_file_views import file_out
from hotline.api.letters import Recipient
from hotline.api.schemas_letters import LetterFileOut
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web import letter_files, uploading
from hotline.web.access import SessionDep
from hotline.web.downloads import DOWNLOADED
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, UPLOADING, WRITING

router = APIRouter(
    prefix="/api/v1/letters/{number}/attachments", tags=["letters"], responses=READING
)

Sent = Annotated[UploadFile, File(description="One file; what it is, its content says.")]
ONE = "/{attachment_id}"


@router.post(
    "",
    operation_id="add_letter_attachment",
    summary="Add a file to the answer to a letter (附件)",
    response_model=LetterFileOut,
    responses={**WRITING, **UPLOADING},
)
def add_letter_attachment(actor: Recipient, number: Number, file: Sent, write: Writing) -> Any:
    """附件: it goes with the next answer; until then only one's own department sees it."""
    letter = reading.by_number(write.session, number, reader=actor)
    files.require_open(write.session, letter, actor)
    with uploading.examined(write.session, file, actor) as (received, house):

        def act() -> LetterFileOut:
            locked = _locked(write, number, actor)
            row = files.add(write.session, locked, received, house, actor=actor, now=now())
            return file_out(row)

        return write.once(
            act,
            actor,
            received.fingerprint,
            again=as_kept,  # whose letter it is was asked before the file was looked at
            version=lambda: _locked(write, number, actor).version,
        )


@router.get(
    ONE,
    operation_id="download_letter_attachment",
    summary="Download a file of a letter (附件)",
    response_class=StreamingResponse,
    responses=DOWNLOADED,
)
def download_letter_attachment(
    actor: Recipient, number: Number, attachment_id: uuid.UUID, session: SessionDep
) -> StreamingResponse:
    """Return the content to be saved, never to be shown in the page; 409 while it is scanned."""
    letter = reading.by_number(session, number, reader=actor)
    return letter_files.answer(
        letter, file_reading.find(session, letter, attachment_id, actor), actor
    )


@router.delete(
    ONE,
    operation_id="remove_letter_attachment",
    summary="Remove a file from the answer to a letter (附件)",
    responses=WRITING,
)
def remove_letter_attachment(
    actor: Recipient, number: Number, attachment_id: uuid.UUID, session: SessionDep
) -> LetterFileOut:
    """Remove what one's own side added, before the answer it would go with is sent."""
    letter = reading.by_number(session, number, reader=actor, lock=True)
    row = file_reading.find(session, letter, attachment_id, actor)
    house = receiving.house_of(settings())
    return file_out(files.remove(session, letter, row, house, actor=actor, now=now()))


def _locked(write: Write, number: str, actor: Actor) -> Letter:
    return reading.by_number(write.session, number, reader=actor, lock=True)
