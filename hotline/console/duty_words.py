"""值班 in a page's words: who of a department one reaches now."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from hotline.console.words import name_of
from knowledge.duties import rosters
from knowledge.duties.models_duties import masked_phone


def on_duty(
    session: Session, departments: Collection[str], *, now: datetime
) -> dict[str, list[str]]:
    """Return by department who is on duty, each as role, name and masked telephone."""
    found = rosters.on_duty(session, departments, now=now)
    return {
        code: [f"{name_of('duty_role', row.role)} {row.person} {masked_phone(row)}" for row in rows]
        for code, rows in found.items()
    }
