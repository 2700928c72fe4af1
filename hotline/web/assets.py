"""Scripts and styles by name: each is served under its content's hash, so it is cached for good."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from hotline.core.errors import CannotStart, NotFound

OWN = Path(__file__).parents[1] / "console" / "static"
# `make assets` lays these here from the npm packages that package-lock.json names.
KEPT = OWN / "kept"
FOREVER = "public, max-age=31536000, immutable"
_DIGITS = 12

router = APIRouter(prefix="/static", include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file and the name it is served under."""

    served: str
    path: Path


def asset(name: str) -> str:
    """Return the URL of a script or style; raise CannotStart when set-up has not brought it."""
    found = _named().get(name)
    if found is None:
        raise CannotStart(
            f"The page needs {name}, which is not below {OWN}.", remedy="Run `make setup`."
        )
    return f"/static/{found.served}"


@router.get("/{served}")
def send(served: str) -> FileResponse:
    """Send a file by its fingerprinted name."""
    for found in _named().values():
        if found.served == served:
            return FileResponse(found.path, headers={"Cache-Control": FOREVER})
    raise NotFound(f"There is no file {served!r}.", remedy="Reload the page that named it.")


@cache
def _named() -> dict[str, Asset]:
    files = [path for folder in (KEPT, OWN) for path in folder.glob("[!.]*") if path.is_file()]
    return {path.name: _fingerprinted(path) for path in files}


def _fingerprinted(path: Path) -> Asset:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    return Asset(f"{path.stem}-{digest}{path.suffix}", path)
