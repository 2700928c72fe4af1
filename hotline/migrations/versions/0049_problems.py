"""problem lists and cases"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _problems()
    _milestones()
    _evidence()
    _cases()
    _case_texts()
    _case_sources()


def _problems() -> None:
    words = ("title", "met", "cause", "measure", "matter", "district", "lead_department")
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(each, sa.String(), nullable=False) for each in words),
        sa.Column("assisting", _JSON, nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("aim", sa.String(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("baseline_first", sa.Date(), nullable=False),
        sa.Column("baseline_last", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("listed_at", _MOMENT, nullable=True),
        sa.Column("listed_by", sa.String(), nullable=False),
        sa.Column("claimed_at", _MOMENT, nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("judged_at", _MOMENT, nullable=True),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("figures", _JSON, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("carried_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["carried_from"], ["problem.id"], name="fk_problem_carried_from_problem"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_problem"),
        sa.UniqueConstraint("carried_from", name="uq_problem_carried_from"),
    )
    op.create_index("ix_problem_year", "problem", ["year", "state"])
    op.create_index("ix_problem_newest", "problem", ["proposed_at", "id"])
    op.create_index("ix_problem_lead", "problem", ["lead_department", "proposed_at"])


def _milestones() -> None:
    op.create_table(
        "problem_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("reported_at", _MOMENT, nullable=True),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("told_late_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name="fk_problem_milestone_problem_id_problem"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_problem_milestone"),
        sa.UniqueConstraint(
            "problem_id", "position", name="uq_problem_milestone_problem_id_position"
        ),
    )
    op.create_index(
        "ix_problem_milestone_waiting",
        "problem_milestone",
        ["due_on"],
        postgresql_where=sa.text("done_at IS NULL AND told_late_at IS NULL"),
    )


def _evidence() -> None:
    op.create_table(
        "problem_evidence",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name="fk_problem_evidence_problem_id_problem"
        ),
        sa.PrimaryKeyConstraint("problem_id", "kind", "ref", name="pk_problem_evidence"),
    )


def _cases() -> None:
    op.create_table(
        "worked_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worked_case"),
    )


def _case_texts() -> None:
    words = ("status", "kind", "title", "situation", "handling", "basis", "outcome", "lesson")
    op.create_table(
        "worked_case_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(each, sa.String(), nullable=False) for each in (*words, "matter")),
        *(sa.Column(each, _JSON, nullable=False) for each in ("tags", "words", "authors")),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["worked_case.id"], name="fk_worked_case_text_case_id_worked_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_worked_case_text"),
        sa.UniqueConstraint("case_id", "number", name="uq_worked_case_text_case_id_number"),
    )
    for name, statuses in (("under_way", "'draft', 'review'"), ("standing", _STANDING)):
        op.create_index(
            f"uq_worked_case_text_{name}",
            "worked_case_text",
            ["case_id"],
            unique=True,
            postgresql_where=sa.text(f"status IN ({statuses})"),
        )
    newest = ["status", "written_at", "id"]
    op.create_index("ix_worked_case_text_status", "worked_case_text", newest)
    op.create_index(
        "ix_worked_case_text_words", "worked_case_text", ["words"], postgresql_using="gin"
    )


_STANDING = "'published', 'recalled'"


def _case_sources() -> None:
    op.create_table(
        "worked_case_source",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["worked_case.id"], name="fk_worked_case_source_case_id_worked_case"
        ),
        sa.PrimaryKeyConstraint("case_id", "ticket_id", name="pk_worked_case_source"),
    )
    op.create_index("ix_worked_case_source_ticket_id", "worked_case_source", ["ticket_id"])


def downgrade() -> None:
    for table in (
        "worked_case_source",
        "worked_case_text",
        "worked_case",
        "problem_evidence",
        "problem_milestone",
        "problem",
    ):
        op.drop_table(table)
