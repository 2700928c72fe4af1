"""A form on one row: done as it was seen, or refused with the page shown again."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from hotline.console.administration.frame import Refusal, attempt, require_fresh


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


Row = TypeVar("Row", bound=Versioned)


def on_row(
    session: Session,
    row: Row,
    version: int,
    act: Callable[[Row], object],
    *,
    back: str,
    again: Callable[[Refusal], Response],
) -> Response:
    """Do `act` on the locked row, as the form saw it, and lead `back`.

    What is refused leaves nothing behind: the page is shown `again`, with the row as it is.
    """

    def try_it() -> None:
        require_fresh(str(version), str(row.version))
        act(row)

    if refused := attempt(session, try_it):
        session.refresh(row)
        return again(refused)
    return RedirectResponse(back, status_code=303)
