"""How whoever acted is called to a department: it learns no names of the hotline's own people."""

from collections.abc import Collection
from functools import partial

from sqlmodel import Session

from hotline.console.callings import called
from hotline.console.story import Callings
from hotline.console.words import say
from hotline.core import accounts
from knowledge import names


def as_department(code: str) -> Callings:
    """Return how this department's people are told of others: its own by name, the rest by desk."""
    return partial(_called, code)


def _called(code: str, session: Session, actors: Collection[str]) -> dict[str, str]:
    people = {each.username: each for each in accounts.among(session, actors)}
    desks = names.department_names(session, {each.department for each in people.values()})
    known = called(session, actors)
    for name, person in people.items():
        if person.department != code:
            known[name] = desks.get(person.department) or say("portal.hotline")
    return known
