"""The files that a department may name as evidence, as its forms offer them."""

from sqlmodel import Session

from dispatch.attachments import attachments, evidence


def offered(session: Session, ticket_id: int, department: str) -> list[tuple[str, str]]:
    """Return the department's files on the ticket: their ids and names."""
    found = evidence.of(session, ticket_id, department)
    return [(str(each.public_id), attachments.name_of(session, each)) for each in found]
