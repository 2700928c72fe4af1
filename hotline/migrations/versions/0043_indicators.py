"""indicators: definitions, their days, frozen snapshots"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ORDER = (
    *("received", "accepted_on_time", "contacted_on_time", "replied_on_time", "returned"),
    *("extended", "supervised", "redone", "responded", "resolved", "satisfied"),
    *("rightly_sent", "rectified"),
)
_TICKET = (
    *("requests", "matters", "answered_on_line", "answered_once", "dispatched_on_time"),
    *("called_back", "reminded"),
)
_CALL = (
    *("inbound", "offered", "answered", "answered_15", "answered_20", "answered_30"),
    *("abandoned", "abandoned_short"),
)
_SECONDS = ("waited_s", "talked_s", "wrapped_s")
_CALL_TOO = ("repeated_7", "repeated_30", "missed_returned", "call_satisfied")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_facts()
    op.create_table(
        "indicator_watch",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("next_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("single"),
    )
    op.create_table(
        "indicator_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("frozen_at", _MOMENT, nullable=False),
        sa.Column("frozen_by", sa.String(), nullable=False),
        sa.Column("clearance", sa.String(), nullable=False),
        sa.Column("definitions", postgresql.JSONB(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_hash", sa.String(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("facts_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_indicator_snapshot_frozen", "indicator_snapshot", ["frozen_at", "id"])
    op.create_index("ix_call_person_started", "call", ["person_id", "started_at"])
    op.create_index(
        "ix_ticket_sealed",
        "ticket",
        ["id"],
        postgresql_where=sa.text("confidentiality = 'sealed'"),
    )


def _create_facts() -> None:
    op.create_table(
        "order_fact",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        *_words(),
        *_measures(_ORDER),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_order_fact_day", "order_fact", ["day", "id"])
    op.create_index("ix_order_fact_department", "order_fact", ["department", "day", "id"])
    op.create_index("ix_order_fact_ticket", "order_fact", ["ticket_id"])
    op.create_table(
        "ticket_fact",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_words(),
        *_measures(_TICKET),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ticket_fact_day", "ticket_fact", ["day", "id"])
    op.create_table(
        "call_fact",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        *_words(),
        *_measures(_CALL),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _SECONDS),
        *_measures(_CALL_TOO),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_call_fact_day", "call_fact", ["day", "id"])
    op.create_index(
        "ix_call_fact_ticket",
        "call_fact",
        ["ticket_id"],
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )


def _words() -> list[sa.Column[str]]:
    names = ("district", "matter", "confidentiality")
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _measures(names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.SmallInteger(), nullable=True) for name in names]


def downgrade() -> None:
    op.drop_index("ix_ticket_sealed", "ticket")
    op.drop_index("ix_call_person_started", "call")
    for table in (
        *("indicator_snapshot", "indicator_watch"),
        *("call_fact", "ticket_fact", "order_fact"),
    ):
        op.drop_table(table)
