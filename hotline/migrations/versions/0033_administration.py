"""what administrators see before it goes live"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
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
    "call.supervised",
    "caller.blocked",
    "caller.care_changed",
    "caller.unblocked",
    "do_not_call.added",
    "do_not_call.removed",
    "identity.revealed",
    "key.issued",
    "key.revoked",
    "list.exported",
    "person.corrected",
    "person.erased",
    "person.held",
    "person.hold_lifted",
    "policies.loaded",
    "recording.held",
    "recording.removed",
    "service.mode_changed",
    "session.revoked",
    "ticket.imported",
    "ticket.readers_changed",
    "ticket.sealed",
    "vault.rekeyed",
    "webhook.changed",
    "webhook.dead",
)
_ADDED = ("directory.changed",)


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def upgrade() -> None:
    for name in ("contact", "telephone"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("department", column)
    _index_audited(_AUDITED + _ADDED)


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_column("department", "telephone")
    op.drop_column("department", "contact")
