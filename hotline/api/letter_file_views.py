"""How a file of a letter is told of: by its label, and by what it holds."""

from sqlmodel import Session

from dispatch.letters import file_reading
from dispatch.letters.models_files import LetterFile
from dispatch.letters.models_letters import Letter
from hotline.api.schemas_letters import LetterFileOut
from hotline.core.accounts import Actor
from hotline.core.workbench.kinds import FORMS, Kind


def listed(session: Session, letter: Letter, actor: Actor) -> list[LetterFileOut]:
    """Return what the actor sees of the letter's files."""
    return [file_out(each) for each in file_reading.seen(session, letter, actor)]


def file_out(row: LetterFile) -> LetterFileOut:
    """Return what is told of the file."""
    return LetterFileOut.model_validate(
        {
            **row.model_dump(exclude={"wrapped_key", "sealed_name"}),
            "name": file_reading.name_of(row),
            "media_type": FORMS[Kind(row.kind)].media_type,
        }
    )
