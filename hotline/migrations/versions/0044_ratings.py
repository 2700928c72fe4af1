"""verification and rectification of ratings, appeals, blind callbacks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
# By which the hourly look for what seems gamed takes its days.
_LOOKED_AT = (
    ("ix_reply_at", "reply", "at"),
    ("ix_rating_at", "rating", "at"),
    ("ix_callback_finished_at", "callback", "finished_at"),
)
_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _bad_ratings()
    _appeals()
    _beside_a_rating()
    _blind()
    _alerts()
    for name, table, column in _LOOKED_AT:
        op.create_index(name, table, [column])


def _bad_ratings() -> None:
    op.create_table(
        "bad_rating",
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("verify_by", _MOMENT, nullable=False),
        sa.Column("appeal_by", _MOMENT, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verified_at", _MOMENT, nullable=True),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("verify_note", sa.String(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("asked_again_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name="fk_bad_rating_rating_id_rating"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_bad_rating_ticket_id_ticket"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bad_rating"),
        sa.UniqueConstraint("rating_id", name="uq_bad_rating_rating_id"),
    )
    op.create_index("ix_bad_rating_ticket_id", "bad_rating", ["ticket_id"])
    op.create_index("ix_bad_rating_newest", "bad_rating", ["opened_at", "id"])
    op.create_index("ix_bad_rating_department", "bad_rating", ["department", "opened_at"])
    op.create_index(
        "ix_bad_rating_unverified",
        "bad_rating",
        ["verify_by"],
        postgresql_where=sa.text("verdict = ''"),
    )


def _appeals() -> None:
    op.create_table(
        "rating_appeal",
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bad_rating_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("attachments", _JSON, nullable=False),
        sa.Column("decide_by", _MOMENT, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bad_rating_id"], ["bad_rating.id"], name="fk_rating_appeal_bad_rating_id_bad_rating"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_rating_appeal_ticket_id_ticket"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rating_appeal"),
        sa.UniqueConstraint("bad_rating_id", name="uq_rating_appeal_bad_rating_id"),
    )
    op.create_index("ix_rating_appeal_ticket_id", "rating_appeal", ["ticket_id"])
    op.create_index(
        "ix_rating_appeal_open",
        "rating_appeal",
        ["decide_by"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def _beside_a_rating() -> None:
    op.create_table(
        "rating_exclusion",
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name="fk_rating_exclusion_rating_id_rating"
        ),
        sa.PrimaryKeyConstraint("rating_id", name="pk_rating_exclusion"),
    )
    op.create_index("ix_rating_exclusion_department", "rating_exclusion", ["department"])
    op.create_table(
        "rating_aspects",
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=True),
        sa.Column("efficiency", sa.Integer(), nullable=True),
        sa.Column("convenience", sa.Integer(), nullable=True),
        sa.Column("attitude", sa.Integer(), nullable=True),
        sa.Column("experience", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("filled_in_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name="fk_rating_aspects_rating_id_rating"
        ),
        sa.PrimaryKeyConstraint("rating_id", name="pk_rating_aspects"),
    )


def _blind() -> None:
    op.create_table(
        "blind_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=False),
        sa.Column("population", _JSON, nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blind_draw"),
        sa.UniqueConstraint("period", name="uq_blind_draw_period"),
    )
    op.create_table(
        "blind_callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.Column("contacted", sa.Boolean(), nullable=True),
        sa.Column("resolved", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["blind_draw.id"], name="fk_blind_callback_draw_id_blind_draw"
        ),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callback.id"], name="fk_blind_callback_callback_id_callback"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_blind_callback_ticket_id_ticket"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_blind_callback"),
        sa.UniqueConstraint("callback_id", name="uq_blind_callback_callback_id"),
    )
    op.create_index("ix_blind_callback_draw_id", "blind_callback", ["draw_id"])
    op.create_index("ix_blind_callback_ticket_id", "blind_callback", ["ticket_id"])
    op.create_index(
        "ix_blind_callback_open",
        "blind_callback",
        ["id"],
        postgresql_where=sa.text("asked_at IS NULL"),
    )


def _alerts() -> None:
    op.create_table(
        "rating_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("evidence", _JSON, nullable=False),
        sa.Column("found_at", _MOMENT, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_rating_alert_ticket_id_ticket"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rating_alert"),
        sa.UniqueConstraint("rule", "about", name="uq_rating_alert_rule_about"),
    )
    op.create_index("ix_rating_alert_ticket_id", "rating_alert", ["ticket_id"])
    op.create_index("ix_rating_alert_newest", "rating_alert", ["found_at", "id"])
    op.create_index(
        "ix_rating_alert_open",
        "rating_alert",
        ["owner"],
        postgresql_where=sa.text("decision = ''"),
    )


def downgrade() -> None:
    for name, table, _ in _LOOKED_AT:
        op.drop_index(name, table)
    for table in (
        "rating_alert",
        "blind_callback",
        "blind_draw",
        "rating_aspects",
        "rating_exclusion",
        "rating_appeal",
        "bad_rating",
    ):
        op.drop_table(table)
