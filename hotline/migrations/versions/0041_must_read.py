"""policies pushed, what must be read, reports of departments"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_SCHEDULED = "uq_article_text_scheduled"


def upgrade() -> None:
    # Shown too early until now: what begins later waits for its day.
    op.execute(
        "UPDATE article_text SET status = 'scheduled' WHERE status = 'published'"
        " AND valid_from > (now() AT TIME ZONE 'Asia/Shanghai')::date"
    )
    waiting = sa.text("status = 'scheduled'")
    op.create_index(
        _SCHEDULED, "article_text", ["article_id"], unique=True, postgresql_where=waiting
    )
    op.create_index("ix_article_mistake_owner", "article_mistake", ["department_code", "id"])
    _must_read()
    _receipt()


def _must_read() -> None:
    op.create_table(
        "must_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("by_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_must_read_article_id_article"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_must_read"),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_must_read_running", "must_read", ["article_id"], unique=True, postgresql_where=running
    )


def _receipt() -> None:
    op.create_table(
        "read_receipt",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_read_receipt_article_id_article"
        ),
        sa.PrimaryKeyConstraint("article_id", "text_number", "reader", name="pk_read_receipt"),
    )


def downgrade() -> None:
    op.drop_table("read_receipt")
    op.drop_table("must_read")
    op.drop_index("ix_article_mistake_owner", table_name="article_mistake")
    op.drop_index(_SCHEDULED, table_name="article_text")
    # An older version knows no such text: it waits to be published again.
    op.execute(
        "UPDATE article_text SET status = 'replaced' WHERE status = 'scheduled' AND article_id IN"
        " (SELECT article_id FROM article_text WHERE status IN ('draft', 'review', 'approved'))"
    )
    op.execute("UPDATE article_text SET status = 'approved' WHERE status = 'scheduled'")
