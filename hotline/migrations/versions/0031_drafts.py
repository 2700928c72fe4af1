"""what an agent has typed and not yet saved, and who is on a ticket"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call_draft",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed_fields", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_draft_call_id_call"),
        sa.PrimaryKeyConstraint("call_id", "by", name="pk_call_draft"),
    )
    op.create_index("ix_call_draft_by", "call_draft", ["by", "saved_at"])
    op.create_table(
        "ticket_company",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_company_ticket_id_ticket"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "who", name="pk_ticket_company"),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    op.drop_table("ticket_company")
    op.drop_table("call_draft")
