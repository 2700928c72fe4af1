"""A form on one thing's page: done on what was seen, or the page again with what was refused."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from hotline.console.administration.frame import Refusal, attempt, require_fresh
from hotline.console.writes import LARGEST_ROW
from hotline.core.errors import NotFound


class Versioned(Protocol):
    """What counts its changes."""

    version: int


Thing = TypeVar("Thing", bound=Versioned)


def require_row(number: int, of: str) -> None:
    """Raise NotFound for a number in an address that no row can have."""
    if not 0 < number <= LARGEST_ROW:
        raise NotFound(f"There is no {of} {number}.")


def done(
    session: Session,
    thing: Thing,
    version: int,
    act: Callable[[Thing], object],
    *,
    page: str,
    again: Callable[[Thing, Refusal], Response],
) -> Response:
    """Act on the thing, whose row is locked, and lead to its page; show it `again` if refused."""

    def try_it() -> None:
        require_fresh(str(version), str(thing.version))
        act(thing)

    if refused := attempt(session, try_it):
        session.refresh(thing)
        return again(thing, refused)
    return RedirectResponse(page, status_code=303)
