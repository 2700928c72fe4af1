"""orders below orders, extended and waiting clocks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("clock", sa.Column("escalates_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE clock SET escalates_at = due_at + interval '3 days'")
    op.alter_column("clock", "escalates_at", nullable=False)
    op.add_column(
        "clock", sa.Column("waits_for", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "clock",
        sa.Column("warning_percent", sa.Integer(), nullable=False, server_default=sa.text("75")),
    )
    op.add_column(
        "clock",
        sa.Column("moves_off_days", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.add_column(
        "clock", sa.Column("pauses", sa.String(), nullable=False, server_default=sa.text("'none'"))
    )
    op.execute("UPDATE clock SET pauses = 'suspension' WHERE kind IN ('reply_by', 'rectify_by')")
    op.add_column(
        "clock", sa.Column("ends_at", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "clock",
        sa.Column("calendar", sa.String(), nullable=False, server_default=sa.text("'unit'")),
    )
    op.add_column("clock", sa.Column("ceiling_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "notice",
        sa.Column("words", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "clock",
        sa.Column("calendar_version", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.add_column("reply", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "reply", sa.Column("signed_by", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "reply",
        sa.Column(
            "awaits_signature", sa.Boolean(), nullable=False, server_default=sa.text("false")
        ),
    )
    op.add_column("ticket", sa.Column("split_from_id", sa.Integer(), nullable=True))
    op.add_column(
        "ticket", sa.Column("origin", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("ticket", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_ticket_to_archive",
        "ticket",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL AND closed_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_ticket_split_from_id"), "ticket", ["split_from_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_ticket_split_from_id_ticket"), "ticket", "ticket", ["split_from_id"], ["id"]
    )
    op.add_column(
        "work_order", sa.Column("note", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("work_order", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.add_column(
        "work_order",
        sa.Column("recall_reason", sa.String(), nullable=False, server_default=sa.text("''")),
    )
    op.add_column(
        "work_order",
        sa.Column("binding", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_index(op.f("ix_work_order_parent_id"), "work_order", ["parent_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_work_order_parent_id_work_order"),
        "work_order",
        "work_order",
        ["parent_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_work_order_parent_id_work_order"), "work_order", type_="foreignkey")
    op.drop_index(op.f("ix_work_order_parent_id"), table_name="work_order")
    op.drop_column("work_order", "binding")
    op.drop_column("work_order", "recall_reason")
    op.drop_column("work_order", "parent_id")
    op.drop_column("work_order", "note")
    op.drop_constraint(op.f("fk_ticket_split_from_id_ticket"), "ticket", type_="foreignkey")
    op.drop_index(op.f("ix_ticket_split_from_id"), table_name="ticket")
    op.drop_index("ix_ticket_to_archive", table_name="ticket")
    op.drop_column("ticket", "archived_at")
    op.drop_column("ticket", "origin")
    op.drop_column("ticket", "split_from_id")
    op.drop_column("reply", "awaits_signature")
    op.drop_column("reply", "signed_by")
    op.drop_column("reply", "signed_at")
    op.drop_column("notice", "words")
    op.drop_column("clock", "calendar_version")
    op.drop_column("clock", "ceiling_at")
    op.drop_column("clock", "calendar")
    op.drop_column("clock", "ends_at")
    op.drop_column("clock", "pauses")
    op.drop_column("clock", "moves_off_days")
    op.drop_column("clock", "warning_percent")
    op.drop_column("clock", "waits_for")
    op.drop_column("clock", "escalates_at")
