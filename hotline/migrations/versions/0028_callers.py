"""who needs care, and who is not to be rung"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
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
    "caller.unblocked",
    "identity.revealed",
    "key.issued",
    "key.revoked",
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
_ADDED = ("caller.care_changed", "do_not_call.added", "do_not_call.removed")


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def upgrade() -> None:
    op.create_table(
        "caller_care",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("care", sa.String(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("marked_at", _MOMENT, nullable=False),
        sa.Column("marked_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_caller_care_person_id_person"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_caller_care_call_id_call"),
        sa.PrimaryKeyConstraint("person_id", name="pk_caller_care"),
    )
    op.create_table(
        "do_not_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("until", _MOMENT, nullable=True),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_do_not_call_person_id_person"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_do_not_call_call_id_call"),
        sa.PrimaryKeyConstraint("id", name="pk_do_not_call"),
    )
    op.create_index("ix_do_not_call_person_id", "do_not_call", ["person_id"])
    _index_audited(_AUDITED + _ADDED)


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_table("do_not_call")
    op.drop_table("caller_care")
