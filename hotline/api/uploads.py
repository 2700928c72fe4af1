"""A file that was sent: kept under its own name while it is read."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import UploadFile

_NO_NAME = re.compile(r"[^\w.-]")
_LONGEST_NAME = 60


@contextmanager
def kept(upload: UploadFile) -> Iterator[Path]:
    """Yield the file's path in a folder that nobody else reads and that is gone afterwards."""
    with TemporaryDirectory(prefix="hotline-upload-") as folder:
        path = Path(folder, name_of(upload))
        with path.open("wb") as out:
            shutil.copyfileobj(upload.file, out)
        yield path


def name_of(upload: UploadFile) -> str:
    """Return the file's own name as far as it can be one here, `file` where it has none."""
    last = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    return _NO_NAME.sub("_", last)[-_LONGEST_NAME:].lstrip(".") or "file"


def digest_of(path: Path) -> str:
    """Return what tells this file from any other."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
