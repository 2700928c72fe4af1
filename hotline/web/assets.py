"""Scripts, styles and type by name: each is served under its content's hash, and cached for good.

A style's `url("name")` becomes the URL that the named file is served under.
"""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from hotline.core.errors import CannotStart, NotFound

OWN = Path(__file__).parents[1] / "console" / "static"
# `bring-assets` lays these here from the npm packages that package-lock.json names.
KEPT = OWN / "kept"
FOREVER = "public, max-age=31536000, immutable"
_DIGITS = 12
_NAMED = re.compile(r'url\("([^"]+)"\)')

router = APIRouter(prefix="/static", include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file's content and the name it is served under."""

    served: str
    content: bytes
    kind: str


def asset(name: str) -> str:
    """Return the URL of a script or style; raise CannotStart when set-up has not brought it."""
    found = _named().get(name)
    if found is None:
        raise CannotStart(
            f"The page needs {name}, which is not below {OWN}.", remedy="Run `make setup`."
        )
    return f"/static/{found.served}"


@router.get("/{served}")
def send(served: str) -> Response:
    """Send a file by its fingerprinted name."""
    for found in _named().values():
        if found.served == served:
            return Response(
                found.content, headers={"Cache-Control": FOREVER}, media_type=found.kind
            )
    raise NotFound(f"There is no file {served!r}.", remedy="Reload the page that named it.")


@cache
def _named() -> dict[str, Asset]:
    paths = [path for folder in (KEPT, OWN) for path in folder.glob("[!.]*") if path.is_file()]
    plain = {path.name: _asset(path, path.read_bytes()) for path in paths if path.suffix != ".css"}
    styles = {path.name: _style(path, plain) for path in paths if path.suffix == ".css"}
    return plain | styles


def _style(path: Path, plain: dict[str, Asset]) -> Asset:
    """Return a style that names other files as they are served; raise CannotStart for none."""

    def served(found: re.Match[str]) -> str:
        named = plain.get(found[1])
        if named is None:
            raise CannotStart(f"{path.name} names {found[1]}.", remedy="Run `make setup`.")
        return f'url("/static/{named.served}")'

    return _asset(path, _NAMED.sub(served, path.read_text(encoding="utf-8")).encode())


def _asset(path: Path, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(f"{path.stem}-{digest}{path.suffix}", content, kind)
