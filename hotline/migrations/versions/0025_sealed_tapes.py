"""sealed tapes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("recording", sa.Column("waveform", sa.LargeBinary(), nullable=True))
    op.create_table(
        "recording_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("sealed_lifted", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_recording_hold_call_id_call"),
        sa.PrimaryKeyConstraint("id", name="pk_recording_hold"),
    )
    op.create_index("ix_recording_hold_call_id", "recording_hold", ["call_id"])
    op.create_index(
        "uq_recording_hold_present",
        "recording_hold",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("recording_hold")
    op.drop_column("recording", "waveform")
