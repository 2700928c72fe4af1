"""what routing, its schedule and Tibetan tickets need"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "retraining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("rare", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("shadowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["router_model.id"], name="fk_retraining_model_id_router_model"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retraining"),
    )
    op.add_column(
        "ticket", sa.Column("wanted_skill", sa.String(), nullable=False, server_default="")
    )
    op.execute(
        "UPDATE ticket SET wanted_skill = proposal.body ->> 'agent_skill' FROM proposal "
        "WHERE proposal.ticket_id = ticket.id AND ticket.status = 'registered' "
        "AND proposal.body ->> 'agent_skill' <> ''"
    )
    op.create_index(
        "ix_ticket_wanted_skill",
        "ticket",
        ["wanted_skill", "created_at", "id"],
        postgresql_where=sa.text("wanted_skill <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_wanted_skill", "ticket")
    op.drop_column("ticket", "wanted_skill")
    op.drop_table("retraining")
