"""附件 as a letter's page lists them: what there is to download, and what may still go."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlmodel import Session

from dispatch.attachments.models_attachments import State
from dispatch.letters import file_reading
from dispatch.letters.models_files import LetterFile
from dispatch.letters.models_letters import Letter
from dispatch.sealing import reach
from hotline.console.faults import PREFIX
from hotline.core.accounts import Actor

_KB = 1024


@dataclass(frozen=True)
class FileLine:
    """One file; without an address while its scanner has not answered."""

    id: str
    name: str
    url: str
    kilobytes: int


@dataclass(frozen=True)
class Files:
    """What a reader sees: the letter's own, each answer's by its round, and what waits for one."""

    own: list[FileLine]
    answers: dict[int, list[FileLine]]
    unsent: list[FileLine]


def of(session: Session, letter: Letter, reader: Actor) -> Files:
    """Return the letter's files as this reader's page shows them."""
    seen = file_reading.seen(session, letter, reader)
    inside = not reach.department_of(reader)
    answered = sorted({each.round for each in seen if each.round is not None})
    return Files(
        own=_lines(letter, [each for each in seen if not each.department], inside),
        answers={
            round: _lines(letter, [each for each in seen if each.round == round], inside)
            for round in answered
        },
        unsent=_lines(
            letter, [each for each in seen if each.department and each.round is None], inside
        ),
    )


def _lines(letter: Letter, found: Sequence[LetterFile], inside: bool) -> list[FileLine]:
    page = (
        f"{PREFIX}/letters/{letter.id}"
        if inside
        else f"/api/v1/letters/{quote(letter.number or '')}"
    )
    return [
        FileLine(
            id=str(each.id),
            name=file_reading.name_of(each),
            url=f"{page}/attachments/{each.id}" if each.state == State.READY else "",
            kilobytes=-(-each.size // _KB),
        )
        for each in found
    ]
