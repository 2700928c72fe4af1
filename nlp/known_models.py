"""A model's folder as somebody keeps it: by its hash, copied whole, refused when it has changed."""

import hashlib
import shutil
from pathlib import Path

from hotline.core.errors import Invalid, NotFound
from nlp.classifier import Model
from nlp.model_files import load

FILES = ("model.json", "arrays.npz")
_REMEDY = "Copy the folder anew from where it was trained, or go by another model."


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of the model's files together; raise NotFound for a missing one."""
    digest = hashlib.sha256()
    for name in FILES:
        path = folder / name
        if not path.is_file():
            raise NotFound(f"There is no model in {folder}: {name} is missing.", remedy=_REMEDY)
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_known(folder: Path, digest: str) -> Model:
    """Return the model whose files have this digest; raise NotFound, or Invalid for others."""
    if digest_of(folder) != digest:
        raise Invalid(f"The model in {folder} is not the one that was registered.", remedy=_REMEDY)
    return load(folder)


def keep(source: Path, folder: Path) -> None:
    """Copy the model's files and nothing else into `folder`, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name in FILES:
        shutil.copyfile(source / name, partial / name)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
