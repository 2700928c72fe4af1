"""Fetch a Vosk model: download with resume, check its hash, unpack, try it, put it in place."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nlp.archives import unpack
from nlp.downloads import download
from nlp.speech import RecognizerError
from nlp.speech_model import file_sha256
from nlp.vosk_published import Published

Say = Callable[[str], None]
Probe = Callable[[Path], None]

_NAME = re.compile(r"[\w][\w.-]*", re.ASCII)


@dataclass(frozen=True)
class Fetched:
    """Where the model is now, and its archive's hash; `trusted` when nothing was there to check it
    against, so that it was taken as it came."""

    folder: Path
    sha256: str
    trusted: bool


def fetch(
    model: Published,
    models_dir: Path,
    *,
    say: Say,
    archive: Path | None = None,
    sha256: str = "",
    probe: Probe | None = None,
) -> Fetched:
    """Put the model into `models_dir` and return where; one that is there is only tried again.

    `archive` was carried here by hand, and is not downloaded. `sha256` goes before the hash that
    is known, and before that of an earlier fetch, which lies beside the folder. Raises
    RecognizerError, and leaves no half model behind.
    """
    if not _NAME.fullmatch(model.folder):
        raise RecognizerError(f"{model.folder!r} is no name for a model's folder.")
    folder, note = models_dir / model.folder, models_dir / f"{model.folder}.sha256"
    expected = (sha256 or model.sha256 or _noted(note)).lower()
    try_out = probe or _decode_silence
    if folder.is_dir() and note.is_file() and expected in ("", _noted(note)):
        try_out(folder)
        return Fetched(folder, _noted(note), trusted=False)
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        found = _place(model, folder, archive, expected, say, try_out)
        note.write_text(f"{found}  {model.folder}.zip\n")
    except OSError as failure:
        raise RecognizerError(
            f"The model can't be kept in {models_dir}: {failure.strerror or failure}.",
            remedy="It needs free disk (docs/live-words.md) and a folder this user may write.",
        ) from failure
    return Fetched(folder, found, trusted=not expected)


def _place(
    model: Published,
    folder: Path,
    archive: Path | None,
    expected: str,
    say: Say,
    try_out: Probe,
) -> str:
    part = folder.parent / f"{model.folder}.zip.part"
    taken = archive or download(model.url, part, say, secured=bool(expected), size=model.size)
    found = _checked(taken, expected, model, keep=archive is not None)
    say("unpacking …")
    staged = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{model.folder}."))
    try:
        _unpack(taken, staged, keep=archive is not None)
        say("trying it …")
        try_out(staged)
        staged.chmod(0o755)
        _swap(staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    part.unlink(missing_ok=True)
    return found


def _checked(taken: Path, expected: str, model: Published, *, keep: bool) -> str:
    """Return the archive's hash; raise RecognizerError, and forget it, when it is another."""
    found = file_sha256(taken)
    if expected and found != expected:
        if not keep:
            taken.unlink()
        whose = f" (known by {model.known_by})" if expected == model.sha256 else ""
        raise RecognizerError(
            f"The archive's sha256 is {found}, and should be {expected}{whose}.",
            remedy="Fetch it again; if it stays so, ask its publisher, then give --sha256.",
        )
    return found


def _unpack(taken: Path, staged: Path, *, keep: bool) -> None:
    try:
        unpack(taken, staged)
    except RecognizerError:
        if not keep:
            taken.unlink()  # or the next try would go on with it
        raise


def _swap(staged: Path, folder: Path) -> None:
    """Put the new folder in place of the old one, which goes only then."""
    old = folder.with_name(f".{folder.name}.old.{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    staged.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _noted(note: Path) -> str:
    """Return the hash of an earlier fetch; empty when there was none."""
    return note.read_text().partition(" ")[0].strip() if note.is_file() else ""


def _decode_silence(folder: Path) -> None:
    from nlp.speech_vosk import VoskEngine

    VoskEngine(folder)
