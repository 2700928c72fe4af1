"""queue, shifts and calls owed"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("shift_note", "shift", "service_mode", "wrap_up", "missed_call", "queue_entry")


def _word(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    # An agent who is fetched into a colleague's call has it beside them.
    op.drop_constraint(op.f("uq_seat_call_id"), "seat", type_="unique")
    op.create_index(op.f("ix_seat_call_id"), "seat", ["call_id"])
    op.add_column(
        "call_party", sa.Column("purpose", sa.String(), nullable=False, server_default="")
    )
    _queue()
    _missed()
    _seats()
    _site()


def _queue() -> None:
    op.create_table(
        "queue_entry",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        _moment("entered_at", nullable=False),
        _word("matter"),
        sa.Column("last_seat", sa.Integer(), nullable=True),
        _moment("announced_at"),
        _moment("told_at"),
        _moment("callback_offered_at"),
        _moment("hang_up_at"),
        _moment("left_at"),
        _word("why_left"),
        _key("queue_entry", "call_id", "call"),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_queue_entry")),
    )
    op.create_index(op.f("ix_queue_entry_entered_at"), "queue_entry", ["entered_at"])
    op.create_index(
        "ix_queue_entry_open",
        "queue_entry",
        ["call_id"],
        postgresql_where=sa.text("left_at IS NULL"),
    )


def _missed() -> None:
    op.create_table(
        "missed_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _word("why"),
        _moment("waiting_since", nullable=False),
        _moment("missed_at", nullable=False),
        _word("language"),
        sa.Column("boost_s", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _moment("due_at", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _moment("shown_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("returned_call_id", sa.Uuid(), nullable=True),
        _moment("closed_at"),
        _word("outcome"),
        _word("closed_by"),
        _key("missed_call", "call_id", "call"),
        _key("missed_call", "person_id", "person"),
        _key("missed_call", "account_id", "account"),
        _key("missed_call", "returned_call_id", "call"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_call")),
        sa.UniqueConstraint("call_id", name=op.f("uq_missed_call_call_id")),
    )
    op.create_index(op.f("ix_missed_call_person_id"), "missed_call", ["person_id"])
    op.create_index(
        "ix_missed_call_open",
        "missed_call",
        ["due_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _seats() -> None:
    op.create_table(
        "wrap_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _moment("began_at", nullable=False),
        _moment("ended_at"),
        _word("code"),
        _key("wrap_up", "call_id", "call"),
        _key("wrap_up", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrap_up")),
    )
    op.create_index(op.f("ix_wrap_up_call_id"), "wrap_up", ["call_id"])
    op.create_index(op.f("ix_wrap_up_account_id"), "wrap_up", ["account_id"])


def _site() -> None:
    op.create_table(
        "service_mode",
        sa.Column("id", sa.Integer(), nullable=False),
        _word("mode"),
        _moment("begins_at", nullable=False),
        _moment("ends_at"),
        _word("set_by"),
        _moment("set_at", nullable=False),
        _word("ended_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_mode")),
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _moment("begins_at", nullable=False),
        _moment("ends_at", nullable=False),
        _word("desk"),
        _word("set_by"),
        _moment("set_at", nullable=False),
        _key("shift", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_account_id"), "shift", ["account_id"])
    op.create_index("ix_shift_span", "shift", ["begins_at", "ends_at"])
    op.create_table(
        "shift_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _word("desk"),
        _moment("at", nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        _word("read_by"),
        _moment("read_at"),
        _key("shift_note", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_note")),
    )
    op.create_index(op.f("ix_shift_note_account_id"), "shift_note", ["account_id"])
    op.create_index(op.f("ix_shift_note_at"), "shift_note", ["at"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("call_party", "purpose")
    op.drop_index(op.f("ix_seat_call_id"), "seat")
    # Whoever was beside a colleague would break the constraint: their seats are freed.
    op.execute(
        "UPDATE seat SET call_id = NULL, status = wanted WHERE call_id IS NOT NULL AND account_id "
        "NOT IN (SELECT min(account_id) FROM seat WHERE call_id IS NOT NULL GROUP BY call_id)"
    )
    op.create_unique_constraint(op.f("uq_seat_call_id"), "seat", ["call_id"])
