"""What every write on one account shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from hotline.api import writes
from hotline.api.fields import Number
from hotline.api.schemas_accounts import AccountOut, NewPassword
from hotline.core.accounts import Account, Actor
from hotline.core.people import staff
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey
from hotline.web.versions import IfMatch

NewWrite = Annotated[writes.Write, Depends()]


class Write(writes.Write):
    """One write on the account that the path names."""

    def __init__(
        self,
        username: Number,
        session: SessionDep,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> None:
        super().__init__(session, request, response, if_match, key)
        self._username = username

    def do(self, act: Callable[[Account], object], actor: Actor, given: str = "") -> Any:
        """Return the account as `act` leaves it, or the answer kept under the same key."""

        def find() -> Account:
            return staff.find(self.session, self._username, lock=True)

        return self.change(find, act, lambda _, account: account_out(account), actor, given)

    def with_password(self, act: Callable[[Account], str], actor: Actor) -> NewPassword:
        """Return the account and the password that `act` gave it; never a second time."""
        shown: list[str] = []
        body = self.do(lambda account: shown.append(act(account)), actor)
        return NewPassword(**body, password=shown[0] if shown else None)


AccountWrite = Annotated[Write, Depends()]


def account_out(account: Account) -> AccountOut:
    """Return the account as it goes over the wire."""
    return AccountOut.model_validate(account)
