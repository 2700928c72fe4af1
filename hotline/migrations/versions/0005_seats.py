"""seats"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("call", sa.Column("agent", sa.String(), nullable=False, server_default=""))
    op.alter_column("call", "agent", server_default=None)
    op.create_table(
        "seat",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_seat_account_id_account")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_seat_call_id_call")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_seat")),
        sa.UniqueConstraint("call_id", name=op.f("uq_seat_call_id")),
    )


def downgrade() -> None:
    op.drop_table("seat")
    op.drop_column("call", "agent")
