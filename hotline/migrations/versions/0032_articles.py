"""articles of the knowledge base"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TEXTS = (
    "question",
    "say",
    "send",
    "question_bo",
    "say_bo",
    "send_bo",
    "bo_state",
    "source",
    "department_code",
    "district_code",
    "note",
    "drafted_by",
    "reviewed_by",
    "published_by",
    "expired_by",
)
_LISTS = ("variants", "matter_codes", "missing")


def _word(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False)


def _article() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        _word("code"),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _word("seed"),
        sa.Column("created_at", _MOMENT, nullable=False),
        _word("created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("code", name="uq_article_code"),
    )
    op.create_index("ix_article_changed", "article", ["changed"])


def _article_text() -> None:
    op.create_table(
        "article_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _word("status"),
        *(_word(name) for name in _TEXTS),
        *(sa.Column(name, JSONB(), nullable=False) for name in _LISTS),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("drafted_at", _MOMENT, nullable=False),
        sa.Column("reviewed_at", _MOMENT, nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("expired_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_text_article_id_article"
        ),
        sa.ForeignKeyConstraint(
            ["department_code"],
            ["department.code"],
            name="fk_article_text_department_code_department",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_text"),
        sa.UniqueConstraint("article_id", "number", name="uq_article_text_article_id_number"),
    )
    _one_of("under_way", "'draft', 'review', 'approved'")
    _one_of("shown", "'published', 'expired'")
    op.create_index("ix_article_text_department_code", "article_text", ["department_code"])
    op.create_index("ix_article_text_status", "article_text", ["status", "id"])


def _one_of(name: str, statuses: str) -> None:
    op.create_index(
        f"uq_article_text_{name}",
        "article_text",
        ["article_id"],
        unique=True,
        postgresql_where=sa.text(f"status IN ({statuses})"),
    )


def _article_mistake() -> None:
    op.create_table(
        "article_mistake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        *(_word(name) for name in ("department_code", "note", "reported_by", "closed_by")),
        sa.Column("reported_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        _word("outcome"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_mistake_article_id_article"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_mistake"),
    )
    op.create_index("ix_article_mistake_article_id", "article_mistake", ["article_id"])
    op.create_index(
        "ix_article_mistake_open",
        "article_mistake",
        ["due_at"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _article_gap() -> None:
    op.create_table(
        "article_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_word(name) for name in ("question", "district_code", "matter_code")),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        _word("closed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_article_gap"),
        sa.UniqueConstraint(
            "question", "district_code", name="uq_article_gap_question_district_code"
        ),
    )
    op.create_index(
        "ix_article_gap_open",
        "article_gap",
        ["times", "id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def upgrade() -> None:
    op.execute("CREATE SEQUENCE article_changes")
    op.create_table(
        "article_change",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("single", name="pk_article_change"),
    )
    op.execute("INSERT INTO article_change VALUES (true, 0)")
    _article()
    _article_text()
    _article_mistake()
    _article_gap()


def downgrade() -> None:
    for table in ("article_gap", "article_mistake", "article_text", "article", "article_change"):
        op.drop_table(table)
    op.execute("DROP SEQUENCE article_changes")
