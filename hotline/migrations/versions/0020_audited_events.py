"""audited events"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As they were when this was written: a later one needs a migration of its own.
_AUDITED = (
    "access.refused",
    "account.changed",
    "account.created",
    "account.locked",
    "account.sign_in_failed",
    "account.signed_in",
    "attachment.removed",
    "calendar.loaded",
    "identity.revealed",
    "key.issued",
    "key.revoked",
    "person.corrected",
    "person.erased",
    "person.held",
    "person.hold_lifted",
    "policies.loaded",
    "session.revoked",
    "ticket.imported",
    "ticket.readers_changed",
    "ticket.sealed",
    "vault.rekeyed",
    "webhook.changed",
    "webhook.dead",
)


def upgrade() -> None:
    listed = ", ".join(f"'{each}'" for each in _AUDITED)
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def downgrade() -> None:
    op.drop_index("ix_event_audited", "event")
