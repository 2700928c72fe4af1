"""hot issues and their alerts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("state <> 'decided'")


def upgrade() -> None:
    op.create_table(
        "hot_hour",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("hour", _MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "matter", "hour"),
    )
    op.create_index("ix_hot_hour_at", "hot_hour", ["hour"])
    op.create_index("ix_hot_hour_matter", "hot_hour", ["matter"])
    op.create_table(
        "hot_watch",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("counted_to", _MOMENT, nullable=False),
        sa.Column("season", postgresql.JSONB(), nullable=False),
        sa.Column("season_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("single"),
    )
    _create_alerts()
    op.create_index(
        "ix_ticket_near",
        "ticket",
        ["district", "id"],
        postgresql_where=sa.text("status IN ('registered', 'dispatched')"),
    )
    op.create_index("ix_ticket_of_place", "ticket", ["district", "created_at"])


def _create_alerts() -> None:
    op.create_table(
        "hot_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "kind")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("place", "matter")),
        *(sa.Column(name, _MOMENT, nullable=False) for name in ("since", "until")),
        sa.Column("count", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("expected", "score")),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("owned_at", _MOMENT, nullable=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("owned_by", "decision", "reason")
        ),
        sa.Column("false_alarm", sa.Boolean(), nullable=False),
        sa.Column("departments", postgresql.JSONB(), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_hot_alert_open", "hot_alert", ["place", "matter"], unique=True, postgresql_where=_OPEN
    )
    op.create_index("ix_hot_alert_raised", "hot_alert", ["raised_at", "id"])
    op.create_index("ix_hot_alert_decided", "hot_alert", ["decided_at"])
    op.create_index("ix_hot_alert_owner", "hot_alert", ["owner"], postgresql_where=_OPEN)
    op.create_table(
        "hot_alert_ticket",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["hot_alert.id"]),
        sa.PrimaryKeyConstraint("alert_id", "ticket_id"),
    )
    op.create_index("ix_hot_alert_ticket_ticket_id", "hot_alert_ticket", ["ticket_id"])


def downgrade() -> None:
    op.drop_index("ix_ticket_of_place", "ticket")
    op.drop_index("ix_ticket_near", "ticket")
    for table in ("hot_alert_ticket", "hot_alert", "hot_watch", "hot_hour"):
        op.drop_table(table)
