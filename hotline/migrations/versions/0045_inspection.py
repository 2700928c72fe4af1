"""quality inspection of calls and tickets"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    *("inspection_appeal", "inspection", "inspection_calibration", "inspection_flag"),
    *("inspection_scan", "inspection_draw", "inspection_plan", "inspection_lists", "score_card"),
)


def upgrade() -> None:
    _create_rules()
    _create_plans()
    _create_flags()
    _create_inspections()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _strings(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _objects(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, postgresql.JSONB(), nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _about() -> list[sa.Column[object] | sa.ForeignKeyConstraint]:
    return [
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
    ]


def _create_rules() -> None:
    op.create_table(
        "score_card",
        _id(),
        *_strings("code"),
        *_numbers("number"),
        *_strings("kind"),
        *_objects("body"),
        _moment("made_at", nullable=True),
        *_strings("made_by"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", "number", name="uq_score_card_code_number"),
    )
    op.create_table(
        "inspection_lists",
        *_numbers("number"),
        *_objects("body"),
        _moment("made_at"),
        *_strings("made_by"),
        sa.PrimaryKeyConstraint("number"),
    )


def _create_plans() -> None:
    op.create_table(
        "inspection_plan",
        _id(),
        *_numbers("version"),
        *_strings("title", "kind", "period"),
        *_numbers("per_agent"),
        sa.Column("with_flags", sa.Boolean(), nullable=False),
        *_strings("card"),
        *_numbers("due_days"),
        *_objects("inspectors"),
        *_strings("seed"),
        sa.Column("begins_on", sa.Date(), nullable=False),
        _moment("made_at"),
        *_strings("made_by"),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "inspection_draw",
        _id(),
        *_numbers("plan_id"),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        *_strings("seed"),
        *_numbers("population"),
        *_strings("digest"),
        *_numbers("drawn", "flagged", "unassigned"),
        _moment("at"),
        *_strings("by"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plan.id"]),
        sa.UniqueConstraint("plan_id", "since", name="uq_inspection_draw_plan_id_since"),
    )


def _create_flags() -> None:
    op.create_table(
        "inspection_scan",
        _id(),
        *_about(),
        *_numbers("lists"),
        _moment("at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call_id", name="uq_inspection_scan_call_id"),
        sa.UniqueConstraint("ticket_id", name="uq_inspection_scan_ticket_id"),
    )
    op.create_table(
        "inspection_flag",
        _id(),
        *_numbers("version"),
        *_about(),
        *_strings("agent", "rule"),
        *_numbers("rule_version", "lists"),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("at_s", sa.Float(), nullable=True),
        sa.Column("until_s", sa.Float(), nullable=True),
        sa.Column("measure", sa.Float(), nullable=False),
        _moment("found_at"),
        sa.Column("false_alarm", sa.Boolean(), nullable=True),
        _moment("judged_at", nullable=True),
        *_strings("judged_by"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inspection_flag_call", "inspection_flag", ["call_id"])
    op.create_index("ix_inspection_flag_ticket", "inspection_flag", ["ticket_id"])
    op.create_index("ix_inspection_flag_found", "inspection_flag", ["found_at", "id"])


def _create_inspections() -> None:
    op.create_table(
        "inspection_calibration",
        _id(),
        *_numbers("version"),
        *_strings("title", "kind"),
        *_numbers("card_id"),
        *_objects("inspectors"),
        *_numbers("items"),
        _moment("opened_at"),
        *_strings("opened_by"),
        _moment("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["card_id"], ["score_card.id"]),
    )
    op.create_table(
        "inspection",
        _id(),
        *_numbers("version"),
        *_strings("state", "kind"),
        *_about(),
        *_strings("agent", "inspector", "why"),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("calibration_id", sa.Integer(), nullable=True),
        *_numbers("card_id"),
        _moment("assigned_at"),
        _moment("due_at"),
        *_objects("marks", "fatal"),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        _moment("submitted_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draw.id"]),
        sa.ForeignKeyConstraint(["calibration_id"], ["inspection_calibration.id"]),
        sa.ForeignKeyConstraint(["card_id"], ["score_card.id"]),
    )
    _index_inspections()
    op.create_table(
        "inspection_appeal",
        *_numbers("inspection_id"),
        _moment("at"),
        sa.Column("sealed_grounds", sa.LargeBinary(), nullable=False),
        *_strings("verdict"),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        _moment("decided_at", nullable=True),
        *_strings("decided_by"),
        *_objects("marks_before", "fatal_before"),
        sa.Column("total_before", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("inspection_id"),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"]),
    )


def _index_inspections() -> None:
    op.create_index("ix_inspection_due", "inspection", ["due_at", "id"])
    op.create_index("ix_inspection_inspector", "inspection", ["inspector", "due_at", "id"])
    op.create_index("ix_inspection_agent", "inspection", ["agent", "submitted_at"])
    op.create_index("ix_inspection_ticket", "inspection", ["ticket_id"])
    op.create_index("ix_inspection_calibration_id", "inspection", ["calibration_id"])
    for name, columns, where in (
        ("uq_inspection_call", ["call_id"], "calibration_id IS NULL AND call_id IS NOT NULL"),
        (
            "uq_inspection_ticket",
            ["ticket_id", "agent"],
            "calibration_id IS NULL AND ticket_id IS NOT NULL",
        ),
        (
            "uq_inspection_blind",
            ["calibration_id", "inspector", "call_id", "ticket_id"],
            "calibration_id IS NOT NULL",
        ),
    ):
        op.create_index(name, "inspection", columns, unique=True, postgresql_where=sa.text(where))
