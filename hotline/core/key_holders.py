"""Whose keys somebody gives out and takes away: a leader's own department's, no other's."""

from hotline.core.accounts import Actor
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import NotAllowed, NotFound
from hotline.core.security import Permission, Reach, reach_of

# How far any key reads: who may read less can't come to more by giving one out.
OF_A_KEY = Actor("").clearance


def require_own(actor: Actor, department: str) -> None:
    """Raise NotFound for another department's keys, in the words for one that there is not."""
    own = reach_of(actor, Permission.KEY_MANAGE) is Reach.OWN
    if own and department != actor.department:
        raise NotFound(
            f"There is no department {department!r}.", remedy="Look it up in the directory."
        )


def require_to_give(actor: Actor, department: str) -> None:
    """Raise NotAllowed, too, for who may read less of the department's orders than a key does."""
    require_own(actor, department)
    if actor.role and not OF_A_KEY.within(Confidentiality(actor.clearance)):
        raise NotAllowed(
            f"{actor} is cleared for {actor.clearance}, a key for {OF_A_KEY}.",
            remedy="Ask an administrator for the key.",
        )
