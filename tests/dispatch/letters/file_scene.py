"""Files of letters, as they come in, in a folder of a test's own."""

import io
from pathlib import Path

from dispatch.attachments import receiving
from dispatch.attachments.receiving import House, Received
from dispatch.attachments.scanners import Verdict
from dispatch.letters import file_reading, files
from dispatch.letters.models_files import LetterFile
from hotline.core.settings import settings
from hotline.core.workbench.kinds import Kind

CONTENT = b"who stood where"


def house() -> House:
    """Return the house of the tests' own settings."""
    return receiving.house_of(settings())


def received(folder: Path, name: str = "台账.txt", verdict: Verdict = Verdict.CLEAN) -> Received:
    """Return a file that was examined."""
    content = folder / "clean"
    content.write_bytes(CONTENT)
    return Received(Kind.TEXT, name, content, "", verdict)


def read(row: LetterFile) -> bytes:
    """Return what is downloaded of the file."""
    return b"".join(file_reading.content_of(row, house()))


def digest() -> str:
    """Return the digest of what `received` holds."""
    return files.digest_of(iter([io.BytesIO(CONTENT).read()]))
