"""letters: bulletins, rectification, interviews; a clock may run on a letter"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    *("letter_measure", "interview_record", "letter_answer", "letter_recipient"),
    *("letter_count", "letter"),
)


def upgrade() -> None:
    op.alter_column("clock", "ticket_id", nullable=True)
    _create_letters()
    _create_recipients()
    _create_answers()
    _create_records()
    _create_measures()


def downgrade() -> None:
    op.execute("DELETE FROM alarm WHERE clock_id IN (SELECT id FROM clock WHERE ticket_id IS NULL)")
    op.execute("DELETE FROM clock WHERE ticket_id IS NULL")
    for table in _TABLES:
        op.drop_table(table)
    op.alter_column("clock", "ticket_id", nullable=False)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _strings(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _object(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _of_letter() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["letter_id"], ["letter.id"])


def _create_letters() -> None:
    op.create_table(
        "letter",
        _id(),
        *_numbers("version"),
        *_strings("kind", "status", "district"),
        sa.Column("number", sa.String(), nullable=True),
        *_strings("subject", "basis", "clause", "body"),
        _object("named"),
        sa.Column("answer_on", sa.Date(), nullable=True),
        _moment("meets_at"),
        *_strings("place"),
        _object("offices"),
        _moment("drafted_at", nullable=False),
        *_strings("drafted_by", "revised_by"),
        _moment("approved_at"),
        *_strings("approved_by"),
        _moment("issued_at"),
        *_strings("issued_by"),
        _moment("ended_at"),
        *_strings("ended_by", "why_withdrawn"),
        _moment("published_at"),
        *_strings("published_by"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", name="uq_letter_number"),
    )
    is_open = sa.text("status = 'issued'")
    op.create_index("ix_letter_open", "letter", ["id"], postgresql_where=is_open)
    op.create_table(
        "letter_count",
        *_numbers("year", "last"),
        sa.PrimaryKeyConstraint("year"),
    )


def _create_recipients() -> None:
    op.create_table(
        "letter_recipient",
        _id(),
        *_numbers("letter_id"),
        *_strings("department", "standing"),
        _moment("acknowledged_at"),
        *_strings("acknowledged_by"),
        sa.PrimaryKeyConstraint("id"),
        _of_letter(),
        sa.UniqueConstraint(
            "letter_id", "department", name="uq_letter_recipient_letter_id_department"
        ),
    )
    op.create_index(
        "ix_letter_recipient_department", "letter_recipient", ["department", "letter_id"]
    )


def _create_answers() -> None:
    op.create_table(
        "letter_answer",
        _id(),
        *_numbers("letter_id", "round"),
        *_strings("measures", "result"),
        _object("files"),
        _moment("at", nullable=False),
        *_strings("by"),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        *_strings("reason"),
        _moment("decided_at"),
        *_strings("decided_by"),
        sa.PrimaryKeyConstraint("id"),
        _of_letter(),
        sa.UniqueConstraint("letter_id", "round", name="uq_letter_answer_letter_id_round"),
    )


def _create_records() -> None:
    op.create_table(
        "interview_record",
        _id(),
        *_numbers("letter_id", "round"),
        *_strings("text"),
        _moment("at", nullable=False),
        *_strings("by", "objection"),
        _moment("told_at"),
        *_strings("told_by"),
        sa.PrimaryKeyConstraint("id"),
        _of_letter(),
        sa.UniqueConstraint("letter_id", "round", name="uq_interview_record_letter_id_round"),
    )


def _create_measures() -> None:
    op.create_table(
        "letter_measure",
        _id(),
        *_numbers("letter_id"),
        *_strings("text"),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_strings("standing", "evidence"),
        _moment("reported_at"),
        *_strings("reported_by", "reason"),
        _moment("decided_at"),
        *_strings("decided_by"),
        sa.PrimaryKeyConstraint("id"),
        _of_letter(),
    )
    op.create_index("ix_letter_measure_letter_id", "letter_measure", ["letter_id"])
