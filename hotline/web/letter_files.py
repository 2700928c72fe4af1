"""A file of a letter as the API and the console give it: by a name that says who took it."""

from fastapi.responses import StreamingResponse

from dispatch.attachments import receiving
from dispatch.letters import file_reading
from dispatch.letters.models_files import LetterFile
from dispatch.letters.models_letters import Letter
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web import downloads, watermark


def answer(letter: Letter, row: LetterFile, reader: Actor) -> StreamingResponse:
    """Return the file as a download; raise Conflict while it waits for the scanner."""
    content = file_reading.content_of(row, receiving.house_of(settings()))
    mark = watermark.of(reader, now(), letter.number or "")
    return downloads.answer(content, row.kind, row.size, mark.on_file(file_reading.name_of(row)))
