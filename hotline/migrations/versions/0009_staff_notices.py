"""staff notices"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "staff_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("order", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notice")),
        sa.UniqueConstraint("recipient", "about", name=op.f("uq_staff_notice_recipient_about")),
    )
    op.create_index("ix_staff_notice_inbox", "staff_notice", ["recipient", "id"], unique=False)
    op.create_table(
        "staff_reading",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["staff_notice.id"],
            name=op.f("fk_staff_reading_notice_id_staff_notice"),
        ),
        sa.PrimaryKeyConstraint("notice_id", "reader", name=op.f("pk_staff_reading")),
    )
    op.create_table(
        "staff_delivery",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["staff_notice.id"],
            name=op.f("fk_staff_delivery_notice_id_staff_notice"),
        ),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_staff_delivery")),
    )
    op.create_index(
        "ix_staff_delivery_unsent",
        "staff_delivery",
        ["channel", "retry_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("staff_delivery")
    op.drop_table("staff_reading")
    op.drop_table("staff_notice")
