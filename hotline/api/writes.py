"""What every write on one thing shares: it happens once, on the version that was seen."""

from collections.abc import Callable
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import Again, Body, IdempotencyKey, once
from hotline.web.versions import IfMatch, require_match, tag


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


Row = TypeVar("Row", bound=Versioned)


class Write:
    """One write in the request's transaction; each room says how its row is found and shown."""

    session: Session

    def __init__(
        self,
        session: SessionDep,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> None:
        self.session = session
        self._request, self._response = request, response
        self._if_match, self._key = if_match, key

    def once(
        self,
        act: Callable[[], BaseModel],
        actor: Actor,
        given: str,
        *,
        again: Again,
        version: Callable[[], int] | None = None,
        keep: bool = True,
    ) -> Any:
        """Return what `act` answers, or what `again` does of the answer kept under the same key.

        `version` is what If-Match must name, read at the time and locked by who reads it.
        """

        def once_only() -> BaseModel:
            if version:
                self.require_match(version())
            return act()

        asked = f"{self._request.url.path} {given}"
        body = once(
            self.session,
            self._key,
            asked,
            once_only,
            actor=actor,
            now=now(),
            again=again,
            keep=keep,
        )
        if "version" in body:
            tag(self._response, body["version"])
        return body

    def change(
        self,
        find: Callable[[], Row],
        act: Callable[[Row], object],
        show: Callable[[Session, Row], BaseModel],
        actor: Actor,
        given: str,
    ) -> Any:
        """Return the row, which `find` locks, as `act` leaves it and `show` shows it."""

        def on_row() -> BaseModel:
            row = find()
            self.require_match(row.version)
            act(row)
            self.session.flush()
            return show(self.session, row)

        def again(kept: Body | None) -> BaseModel | Body:
            row = find()
            return kept or show(self.session, row)

        return self.once(on_row, actor, given, again=again)

    def require_match(self, version: int) -> None:
        """Raise Stale when If-Match names another version than this one."""
        require_match(self._if_match, version)


Writing = Annotated[Write, Depends()]
