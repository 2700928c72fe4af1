"""lists that people saved, what was exported, and the ways by which lists are read"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
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
    "caller.care_changed",
    "caller.unblocked",
    "do_not_call.added",
    "do_not_call.removed",
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
_ADDED = ("list.exported",)
_BY_A_PERSON = "type = 'ticket.registered' AND actor <> 'hotline'"


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("owner", "name", name="uq_saved_view_owner_name"),
    )
    op.create_index(
        "ix_saved_view_shared", "saved_view", ["id"], postgresql_where=sa.text("shared")
    )
    op.create_table(
        "first_view",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_view.id"],
            name="fk_first_view_view_id_saved_view",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", name="pk_first_view"),
    )
    op.create_index("ix_first_view_view_id", "first_view", ["view_id"])
    op.create_table(
        "list_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_export"),
    )
    op.create_index(
        "ix_clock_first_due",
        "clock",
        ["due_at", "id"],
        postgresql_where=sa.text("stopped_at IS NULL AND waits_for = ''"),
    )
    op.create_index(
        "ix_work_order_dispatched_by",
        "work_order",
        ["dispatched_by"],
        postgresql_where=sa.text("dispatched_by <> 'hotline'"),
    )
    op.create_index(
        "ix_event_registered_by",
        "event",
        ["actor"],
        postgresql_where=sa.text(_BY_A_PERSON),
    )
    _index_audited(_AUDITED + _ADDED)


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_index("ix_event_registered_by", "event")
    op.drop_index("ix_work_order_dispatched_by", "work_order")
    op.drop_index("ix_clock_first_due", "clock")
    op.drop_table("list_export")
    op.drop_table("first_view")
    op.drop_table("saved_view")
