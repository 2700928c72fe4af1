"""trunks, telephones and blocked callers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sip_account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("sealed_ha1", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sip_account"),
    )
    op.create_table(
        "blocked_caller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("blocked_at", _MOMENT, nullable=False),
        sa.Column("blocked_by", sa.String(), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("lapses_at", _MOMENT, nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", _MOMENT, nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=False),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_blocked_caller_person_id_person"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_blocked_caller_call_id_call"),
        sa.PrimaryKeyConstraint("id", name="pk_blocked_caller"),
    )
    op.create_index("ix_blocked_caller_person_id", "blocked_caller", ["person_id"])


def downgrade() -> None:
    op.drop_table("blocked_caller")
    op.drop_table("sip_account")
