"""What every write on one thing shares: it happens once, on the version that was seen."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey, once
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
        version: Callable[[], int] | None = None,
        again: Callable[[], Callable[[], BaseModel]] | None = None,
    ) -> Any:
        """Return what `act` answers, or the answer kept under the same key, to who may `again`.

        `version` is what If-Match must name, read at the time and locked by who reads it.
        """

        def once_only() -> BaseModel:
            if version:
                require_match(self._if_match, version())
            return act()

        asked = f"{self._request.url.path} {given}"
        body = once(self.session, self._key, asked, once_only, actor=actor, now=now(), again=again)
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
            require_match(self._if_match, row.version)
            act(row)
            self.session.flush()
            return show(self.session, row)

        def again() -> Callable[[], BaseModel]:
            return partial(show, self.session, find())

        return self.once(on_row, actor, given, again=again)
