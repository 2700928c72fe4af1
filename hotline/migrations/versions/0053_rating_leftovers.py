"""leftovers of ratings and inspection"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())
# What the rows that are there hold; whoever writes one from now on says it.
_ADDED = (
    ("blind_callback", "taken_by", sa.String(), ""),
    ("blind_callback", "had_by", _JSON, "[]"),
    ("requester_link", "via", sa.String(), "link"),
)


def upgrade() -> None:
    for table, name, kind, held in _ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=held))
        op.alter_column(table, name, server_default=None)
    op.add_column("blind_callback", sa.Column("taken_until", _MOMENT, nullable=True))
    op.create_index(
        "ix_blind_callback_taken",
        "blind_callback",
        ["taken_by"],
        postgresql_where=sa.text("taken_by <> ''"),
    )
    _bad_call_ratings()


def _bad_call_ratings() -> None:
    op.create_table(
        "bad_call_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verified_at", _MOMENT, nullable=True),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("done", _JSON, nullable=False),
        sa.Column("sealed_done", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name="fk_bad_call_rating_rating_id_rating"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_bad_call_rating_call_id_call"),
        sa.PrimaryKeyConstraint("id", name="pk_bad_call_rating"),
        sa.UniqueConstraint("rating_id", name="uq_bad_call_rating_rating_id"),
        sa.UniqueConstraint("call_id", name="uq_bad_call_rating_call_id"),
    )
    op.create_index(
        "ix_bad_call_rating_open",
        "bad_call_rating",
        ["due_at"],
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index("ix_bad_call_rating_newest", "bad_call_rating", ["opened_at", "id"])


def downgrade() -> None:
    op.drop_table("bad_call_rating")
    op.drop_index("ix_blind_callback_taken", "blind_callback")
    op.drop_column("blind_callback", "taken_until")
    for table, name, _, _ in reversed(_ADDED):
        op.drop_column(table, name)
