"""more facts of calls, and those of seats' days"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SMALL, _SECONDS = sa.SmallInteger(), sa.Integer()
_OF_CALLS: tuple[tuple[str, sa.Integer], ...] = (
    *((name, _SMALL) for name in ("abandoned_15", "abandoned_20", "abandoned_30")),
    *((name, _SECONDS) for name in ("held_s", "spoken_s", "handled_s")),
    *((name, _SMALL) for name in ("recurred_7", "recurred_30", "missed_returned_working")),
)


def upgrade() -> None:
    for name, kind in _OF_CALLS:
        op.add_column("call_fact", sa.Column(name, kind, nullable=True))
    op.create_index("ix_call_fact_waited", "call_fact", ["waited_s", "id"])
    op.create_table(
        "seat_fact",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("district", "matter", "confidentiality")
        ),
        sa.Column("seat_days", _SMALL, nullable=True),
        *(
            sa.Column(name, _SECONDS, nullable=True)
            for name in ("seated_s", "paused_s", "staffed_s", "busy_s")
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seat_fact_day", "seat_fact", ["day", "id"])
    op.create_index(
        "ix_event_seat",
        "event",
        ["chain", "at"],
        postgresql_where=sa.text("type = 'seat.changed'"),
    )
    _measure_again()


def _measure_again() -> None:
    """Let the sweep fill every day once more; until then the new columns say nothing of it."""
    op.execute(
        "UPDATE indicator_watch SET next_day = least(next_day, coalesce("
        "least((SELECT min(day) FROM ticket_fact), (SELECT min(day) FROM order_fact),"
        " (SELECT min(day) FROM call_fact)), next_day))"
    )


def downgrade() -> None:
    op.drop_index("ix_event_seat", "event")
    op.drop_table("seat_fact")
    op.drop_index("ix_call_fact_waited", "call_fact")
    for name, _ in reversed(_OF_CALLS):
        op.drop_column("call_fact", name)
