"""comparisons"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("comparison_appeal", "comparison_exclusion", "comparison", "comparison_scheme")


def upgrade() -> None:
    _create_schemes()
    _create_comparisons()
    _create_exclusions()
    _create_appeals()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _strings(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _objects(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, postgresql.JSONB(), nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _create_schemes() -> None:
    op.create_table(
        "comparison_scheme",
        *_numbers("id", "version"),
        *_strings("name"),
        *_numbers("number"),
        *_strings("state"),
        *_objects("body", "writers"),
        _moment("written_at", nullable=False),
        _moment("adopted_at"),
        *_strings("adopted_by"),
        _moment("retired_at"),
        *_strings("retired_by"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "number"),
    )
    op.create_index(
        "uq_comparison_scheme_adopted",
        "comparison_scheme",
        ["name"],
        unique=True,
        postgresql_where=sa.text("state = 'adopted'"),
    )


def _create_comparisons() -> None:
    op.create_table(
        "comparison",
        *_numbers("id", "version", "scheme_id"),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        *_flags("simulation"),
        *_strings("state", "district", "clearance", "publication"),
        _moment("run_at", nullable=False),
        *_strings("run_by"),
        _moment("published_at"),
        *_strings("published_by"),
        _moment("appeal_by"),
        _moment("withdrawn_at"),
        *_strings("withdrawn_by", "withdrawn_reason"),
        *_objects("inputs"),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        *_strings("document_hash"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["scheme_id"], ["comparison_scheme.id"]),
    )
    op.create_index("ix_comparison_scheme_id", "comparison", ["scheme_id"])


def _create_exclusions() -> None:
    op.create_table(
        "comparison_exclusion",
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        *_numbers("id", "version", "order_id", "ticket_id"),
        *_strings("department", "state", "reason", "statement"),
        *_objects("attachments"),
        _moment("asked_at", nullable=False),
        *_strings("asked_by"),
        _moment("decide_by", nullable=False),
        _moment("decided_at"),
        *_strings("decided_by", "decision_note"),
        _moment("appeal_by"),
        _moment("appealed_at"),
        *_strings("appealed_by", "appeal_statement"),
        _moment("appeal_decided_at"),
        *_strings("appeal_decided_by", "appeal_note"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["order_id"], ["work_order.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.UniqueConstraint("order_id"),
    )
    op.create_index(
        "ix_comparison_exclusion_department", "comparison_exclusion", ["department", "id"]
    )
    op.create_index("ix_comparison_exclusion_ticket_id", "comparison_exclusion", ["ticket_id"])


def _create_appeals() -> None:
    op.create_table(
        "comparison_appeal",
        *_numbers("id", "comparison_id"),
        *_strings("department", "statement"),
        _moment("at", nullable=False),
        *_strings("by"),
        _moment("decide_by", nullable=False),
        _moment("decided_at"),
        *_strings("decided_by"),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        *_strings("note"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"]),
        sa.UniqueConstraint("comparison_id", "department"),
    )
