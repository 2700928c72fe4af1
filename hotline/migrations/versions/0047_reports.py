"""report documents and who gets them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())
_TABLES = (
    *("indicator_freezing", "report_receipt", "report_file", "report_remark"),
    *("report", "report_schedule", "report_template"),
)


def upgrade() -> None:
    _templates()
    _schedules()
    _reports()
    _beside_a_report()
    _freezings()


def _templates() -> None:
    op.create_table(
        "report_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_template"),
        sa.UniqueConstraint("code", "number", name="uq_report_template_code_number"),
    )


def _schedules() -> None:
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("recipients", _JSON, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_report_schedule"),
    )


def _reports() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("clearance", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.LargeBinary(), nullable=True),
        sa.Column("figures_hash", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", _MOMENT, nullable=False),
        sa.Column("recipients", _JSON, nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", _MOMENT, nullable=True),
        sa.Column("distributed_at", _MOMENT, nullable=True),
        sa.Column("archived_at", _MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        sa.Column("withdrawn_for", sa.String(), nullable=False),
        *(_foreign("report", *each) for each in _OF_REPORT),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("schedule_id", "since", name="uq_report_schedule_id_since"),
    )
    op.create_index("ix_report_state", "report", ["state", "id"])


_OF_REPORT = (
    ("template_id", "report_template"),
    ("schedule_id", "report_schedule"),
    ("snapshot_id", "indicator_snapshot"),
    ("before_id", "indicator_snapshot"),
)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _beside_a_report() -> None:
    op.create_table(
        "report_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        _foreign("report_remark", "report_id", "report"),
        sa.PrimaryKeyConstraint("id", name="pk_report_remark"),
        sa.UniqueConstraint("report_id", "by", name="uq_report_remark_report_id_by"),
    )
    op.create_table(
        "report_file",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        _foreign("report_file", "report_id", "report"),
        sa.PrimaryKeyConstraint("report_id", "form", name="pk_report_file"),
    )
    op.create_table(
        "report_receipt",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=True),
        sa.Column("opened_by", sa.String(), nullable=False),
        _foreign("report_receipt", "report_id", "report"),
        sa.PrimaryKeyConstraint("report_id", "recipient", name="pk_report_receipt"),
    )
    op.create_index("ix_report_receipt_recipient", "report_receipt", ["recipient", "report_id"])


def _freezings() -> None:
    op.create_table(
        "indicator_freezing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        _foreign("indicator_freezing", "snapshot_id", "indicator_snapshot"),
        sa.PrimaryKeyConstraint("id", name="pk_indicator_freezing"),
    )
    op.create_index("ix_indicator_freezing_state", "indicator_freezing", ["state", "id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
