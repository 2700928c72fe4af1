"""谁: how whoever acted, owns or handles something is called on a page."""

from collections.abc import Collection

from sqlmodel import Session

from dispatch.requesters.requester import REQUESTER
from hotline.console.words import say
from hotline.core import accounts
from hotline.core.accounts import MACHINE
from knowledge import names


def called(session: Session, actors: Collection[str]) -> dict[str, str]:
    """Return the name of each: an account, a department or its system, or the hotline itself."""
    people = accounts.display_names(session, actors)
    # A department's system signs with its code.
    codes = {actor: actor.partition("#")[0] for actor in actors}
    departments = names.department_names(session, set(codes.values()))
    found = {
        actor: people.get(actor) or departments.get(code) or actor for actor, code in codes.items()
    }
    if str(MACHINE) in found:
        found[str(MACHINE)] = say("story.machine")
    if str(REQUESTER) in found:
        found[str(REQUESTER)] = say("story.requester")
    return found
