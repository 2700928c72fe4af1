"""replays of past periods"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())
_KEYS = ("measure", "department", "district", "matter", "confidentiality")
_COUNTS = (
    *("of_before", "some_before", "of_after", "some_after"),
    *("gained", "lost", "reproduced", "differs"),
)


def upgrade() -> None:
    _replays()
    _tallies()
    _findings()


def _replays() -> None:
    op.create_table(
        "replay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("changed", _JSON, nullable=False),
        sa.Column("inputs", _JSON, nullable=False),
        sa.Column("inputs_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("after_day", sa.Date(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("result_hash", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    still_open = sa.text("state IN ('queued', 'running')")
    op.create_index("ix_replay_open", "replay", ["id"], postgresql_where=still_open)


def _tallies() -> None:
    op.create_table(
        "replay_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("replay_id", sa.Integer(), nullable=False),
        *(sa.Column(each, sa.String(), nullable=False) for each in _KEYS),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in _COUNTS),
        sa.ForeignKeyConstraint(["replay_id"], ["replay.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("replay_id", *_KEYS),
    )


def _findings() -> None:
    op.create_table(
        "replay_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("replay_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("due_before", _MOMENT, nullable=True),
        sa.Column("due_after", _MOMENT, nullable=True),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("becomes", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["replay_id"], ["replay.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("replay_id", "measure", "thing_id"),
    )
    op.create_index(
        "ix_replay_finding_read", "replay_finding", ["replay_id", "measure", "sort", "id"]
    )


def downgrade() -> None:
    for table in ("replay_finding", "replay_tally", "replay"):
        op.drop_table(table)
