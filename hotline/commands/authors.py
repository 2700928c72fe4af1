"""Whose words a command brings: drafts have an author, by whom they are not judged."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from hotline.core.accounts import Actor


def author(session: "Session", username: str, *, drafting: bool) -> "Actor":
    """Return the person of this name; nobody named is the hotline itself, which drafts nothing.

    Raises Invalid for drafts of nobody, NotFound for who is not there or may not sign in any more.
    """
    from hotline.core import accounts
    from hotline.core.errors import Invalid, NotFound

    if not username:
        if drafting:
            raise Invalid(
                "Nobody is named as who wrote it.",
                remedy="Add --as with their username: others judge it then.",
            )
        return accounts.MACHINE
    account = accounts.find(session, username)
    if account is None or account.disabled_at:
        raise NotFound(f"There is no {username!r} who may sign in.", remedy="Check the name.")
    return accounts.as_actor(account)
