"""What every write on one account shares: its lock, its version, and that it happens once."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends

from hotline.api.fields import Number
from hotline.api.schemas_accounts import AccountOut, NewPassword
from hotline.api.writes import Writing
from hotline.core.accounts import Account, Actor
from hotline.core.people import staff


class Write:
    """One write on the account that the path names."""

    def __init__(self, username: Number, write: Writing) -> None:
        self.session, self._write, self._username = write.session, write, username

    def do(self, act: Callable[[Account], object], actor: Actor, given: str = "") -> Any:
        """Return the account as `act` leaves it, or the answer kept under the same key."""

        def find() -> Account:
            return staff.find(self.session, self._username, lock=True)

        return self._write.change(find, act, lambda _, account: account_out(account), actor, given)

    def with_password(self, act: Callable[[Account], str], actor: Actor) -> NewPassword:
        """Return the account and the password that `act` gave it; never a second time."""
        shown: list[str] = []
        body = self.do(lambda account: shown.append(act(account)), actor)
        return NewPassword(**body, password=shown[0] if shown else None)


AccountWrite = Annotated[Write, Depends()]


def account_out(account: Account) -> AccountOut:
    """Return the account as it goes over the wire."""
    return AccountOut.model_validate(account)
