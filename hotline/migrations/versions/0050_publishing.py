"""what is published: statistics and graded open data"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _release()
    op.create_table(
        "release_file",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["statistics_release.id"],
            name="fk_release_file_release_id_statistics_release",
        ),
        sa.PrimaryKeyConstraint("release_id", "name", name="pk_release_file"),
    )
    op.create_table(
        "data_receiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_receiver"),
        sa.UniqueConstraint("digest", name="uq_data_receiver_digest"),
    )


def _release() -> None:
    op.create_table(
        "statistics_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("tickets_hash", sa.String(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("measures", JSONB(), nullable=False),
        sa.Column("faults", JSONB(), nullable=False),
        sa.Column("changes", JSONB(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statistics_release"),
        sa.UniqueConstraint("month", "edition", name="uq_statistics_release_month_edition"),
    )
    op.create_index(
        "uq_statistics_release_open",
        "statistics_release",
        ["month"],
        unique=True,
        postgresql_where=sa.text("stage IN ('made', 'checked')"),
    )


def downgrade() -> None:
    op.drop_table("data_receiver")
    op.drop_table("release_file")
    op.drop_table("statistics_release")
