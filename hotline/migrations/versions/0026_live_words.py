"""live words"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "words_now",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("behind_s", sa.Float(), nullable=False, server_default="0"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_words_now_call_id_call"),
        sa.PrimaryKeyConstraint("call_id", "speaker", name="pk_words_now"),
        prefixes=["UNLOGGED"],
    )
    op.create_index(
        "ix_recording_running",
        "recording",
        ["id"],
        postgresql_where=sa.text("status = 'running'"),
    )


def downgrade() -> None:
    op.drop_index("ix_recording_running", "recording")
    op.drop_table("words_now")
