"""orders below orders, extended and waiting clocks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
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
    op.add_column("clock", sa.Column("ceiling_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reply", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "reply", sa.Column("signed_by", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("ticket", sa.Column("split_from_id", sa.Integer(), nullable=True))
    op.add_column(
        "ticket", sa.Column("origin", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("ticket", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
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
    op.drop_column("work_order", "parent_id")
    op.drop_column("work_order", "note")
    op.drop_constraint(op.f("fk_ticket_split_from_id_ticket"), "ticket", type_="foreignkey")
    op.drop_index(op.f("ix_ticket_split_from_id"), table_name="ticket")
    op.drop_column("ticket", "archived_at")
    op.drop_column("ticket", "origin")
    op.drop_column("ticket", "split_from_id")
    op.drop_column("reply", "signed_by")
    op.drop_column("reply", "signed_at")
    op.drop_column("clock", "ceiling_at")
    op.drop_column("clock", "moves_off_days")
    op.drop_column("clock", "warning_percent")
    op.drop_column("clock", "waits_for")
