"""One-time views: who gave a reason may look at a person's identity once, within a minute.

The token is shown to whoever asked and kept as a digest; it opens nothing for anybody else.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary
from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.db import Moment
from hotline.core.errors import Invalid, NotFound
from hotline.core.privacy import REASON, Identity, Person

OPEN_FOR = timedelta(minutes=1)
TOKEN_BYTES = 32


class IdentityView(SQLModel, table=True):
    """A look that somebody may take once; `seen_at` says that it was taken."""

    __tablename__ = "identity_view"

    digest: str = Field(primary_key=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    subject: str
    actor: str
    sealed_reason: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    seen_at: datetime | None = Field(default=None, sa_type=Moment)


@dataclass(frozen=True)
class View:
    """What is handed to whoever asked, once; `token` is nowhere else."""

    token: str
    expires_at: datetime


def grant(
    session: Session, person: Person, *, subject: str, actor: Actor, reason: str, now: datetime
) -> View:
    """Return a view of the person's identity; raise Invalid without a reason."""
    if not reason.strip():
        raise Invalid("A reason is needed to see identity.", remedy="Say why, in a few words.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = IdentityView(
        digest=_digest(token),
        person_id=person.id,
        subject=subject,
        actor=str(actor),
        sealed_reason=privacy.seal_reason(person, reason) or b"",
        made_at=now,
        expires_at=now + OPEN_FOR,
    )
    session.add(row)
    session.flush()
    return View(token, row.expires_at)


def look(session: Session, token: str, *, subject: str, actor: Actor, now: datetime) -> Identity:
    """Return the identity and leave an AccessLog row; raise NotFound for a view that is over.

    Used up, run out, another's and never given are not told apart.
    """
    mine = select(IdentityView).where(
        IdentityView.digest == _digest(token),
        IdentityView.subject == subject,
        IdentityView.actor == str(actor),
        col(IdentityView.seen_at).is_(None),
        IdentityView.expires_at > now,
    )
    view = session.exec(mine.with_for_update()).first()
    if view is None:
        raise NotFound("This view is over, or was never given.", remedy="Give a reason again.")
    view.seen_at = now
    person = session.get_one(Person, view.person_id)
    reason = privacy.unseal(person, view.sealed_reason, REASON)
    return privacy.reveal(
        session, person, subject=subject, actor=str(actor), reason=reason, now=now
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
