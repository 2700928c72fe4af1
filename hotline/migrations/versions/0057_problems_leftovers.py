"""problems leave nothing over: milestones that are moved, and cases that the search follows"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    changed = sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("worked_case", changed)
    op.alter_column("worked_case", "changed", server_default=None)
    op.create_index("ix_worked_case_changed", "worked_case", ["changed"])
    _moves()


def _moves() -> None:
    table = "problem_milestone_move"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("was_due_on", sa.Date(), nullable=False),
        sa.Column("asked_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["problem_milestone.id"],
            name="fk_problem_milestone_move_milestone_id_problem_milestone",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_problem_milestone_move"),
    )
    op.create_index(f"ix_{table}_milestone_id", table, ["milestone_id", "id"])
    op.create_index(
        f"uq_{table}_asked",
        table,
        ["milestone_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("problem_milestone_move")
    op.drop_index("ix_worked_case_changed", "worked_case")
    op.drop_column("worked_case", "changed")
