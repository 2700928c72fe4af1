"""证据: which files of a ticket show what a department pleads; files of its own alone."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dispatch.attachments.models_attachments import Attachment
from hotline.core.errors import Invalid

MOST_FILES = 10


def of(session: Session, ticket_id: int, department: str) -> Sequence[Attachment]:
    """Return what the department added to the ticket and did not take away, the oldest first."""
    mine = select(Attachment).where(
        Attachment.ticket_id == ticket_id,
        Attachment.department == department,
        col(Attachment.removed_at).is_(None),
    )
    return session.exec(mine.order_by(col(Attachment.id))).all()


def named(session: Session, ticket_id: int, department: str, ids: Sequence[str]) -> list[str]:
    """Return the public ids, each once; raise Invalid for too many or for another's file."""
    if len(ids) > MOST_FILES:
        raise Invalid("Too many files.", remedy=f"Name at most {MOST_FILES}.")
    if set(ids) - {str(each.public_id) for each in of(session, ticket_id, department)}:
        raise Invalid(
            "A file is not one of the department's on this ticket.",
            remedy="Add it to the work order first.",
        )
    return list(dict.fromkeys(ids))
