"""回避: at every door a department is refused a ticket that accuses it (domain.md 2.9)."""

from sqlmodel import Session

from dispatch.clustering import following
from dispatch.models import Ticket
from dispatch.routing import accused
from dispatch.sealing import readers
from hotline.core.errors import Conflict
from knowledge import stored
from knowledge.catalogue import candidates, desk
from knowledge.directory import Directory
from nlp.text import normalise


def require_not_accused(session: Session, ticket: Ticket, code: str) -> None:
    """Raise Conflict when the request, or one merged into it, accuses the department.

    The remedy names whom the catalogue of the day of registering has a level above, or the
    hotline's desk.
    """
    directory = stored.current(session)
    for each in (ticket, *following.followers(session, ticket)):
        passed, above = _judged(directory, each, code, readers.words(session, each))
        if passed:
            raise Conflict(
                f"Ticket {each.number} accuses {directory.departments[code].name}.",
                remedy=f"Name {above}." if above else "Leave it to the hotline's own desk.",
            )


def _judged(directory: Directory, ticket: Ticket, code: str, words: str) -> tuple[bool, str]:
    """Return whether the ticket accuses the department, and who shall have it instead."""
    text, home, at = normalise(words), ticket.district, ticket.created_at
    matter = directory.matter(*ticket.category)
    found = list(candidates(directory, matter, home, at)) if matter else []
    entry, passed = accused.choose(directory, text, found)
    if code not in passed and not accused.accuses(directory, text, code, home=home):
        return False, ""
    fallback = desk(directory, home, at)
    others = [directory.departments[entry.department_code] if entry else None, fallback]
    free = (
        unit
        for unit in others
        if unit and unit.code != code and not accused.accuses(directory, text, unit.code, home=home)
    )
    unit = next(free, None)
    return True, f"{unit.name} ({unit.code})" if unit else ""
