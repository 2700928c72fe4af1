"""calls with parties"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

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
# As they were when this was written: a later one needs a migration of its own.
_ADDED = (
    "call.supervised",
    "caller.blocked",
    "caller.unblocked",
    "recording.held",
    "recording.removed",
    "service.mode_changed",
)
_MOMENT = sa.DateTime(timezone=True)


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def upgrade() -> None:
    op.add_column("call", sa.Column("queued_at", _MOMENT, nullable=True))
    op.add_column("call", sa.Column("connected_at", _MOMENT, nullable=True))
    op.add_column("call", sa.Column("language", sa.String(), nullable=False, server_default=""))
    op.add_column("call", sa.Column("boost_s", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("seat", sa.Column("kind", sa.String(), nullable=False, server_default="desk"))
    op.add_column(
        "seat", sa.Column("skills", postgresql.JSONB(), nullable=False, server_default="{}")
    )
    op.add_column("seat", sa.Column("since_login", _MOMENT, nullable=True))
    op.add_column("seat", sa.Column("calls", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("seat", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("seat", sa.Column("wrap_up_until", _MOMENT, nullable=True))
    op.create_table(
        "call_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("listening", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("invited_at", _MOMENT, nullable=False),
        sa.Column("joined_at", _MOMENT, nullable=True),
        sa.Column("left_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_call_party_account_id_account")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_party_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_party")),
        sa.UniqueConstraint("call_id", "name", name=op.f("uq_call_party_call_id_name")),
    )
    op.create_index(op.f("ix_call_party_call_id"), "call_party", ["call_id"])
    op.create_table(
        "call_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("sealed_destination", sa.LargeBinary(), nullable=True),
        sa.Column("ordered_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_call_order_account_id_account")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_order_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_order")),
    )
    op.create_index(op.f("ix_call_order_call_id"), "call_order", ["call_id"])
    op.create_index(
        "ix_call_order_waiting",
        "call_order",
        ["id"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    _index_audited(_AUDITED + _ADDED)


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_table("call_order")
    op.drop_table("call_party")
    for column in ("wrap_up_until", "missed", "calls", "since_login", "skills", "kind"):
        op.drop_column("seat", column)
    for column in ("boost_s", "language", "connected_at", "queued_at"):
        op.drop_column("call", column)
