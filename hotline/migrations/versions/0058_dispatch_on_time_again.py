"""按时派单率 is measured again: it took an answer on the line for a dispatch in time"""

from collections.abc import Sequence

from alembic import op

revision: str = "0058"
down_revision: str | None = "0057"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Let the sweep fill every day once more; until then old days keep what they had."""
    op.execute(
        "UPDATE indicator_watch SET next_day = least(next_day, coalesce("
        "(SELECT min(day) FROM ticket_fact), next_day))"
    )


def downgrade() -> None:
    """Nothing to take back: what is measured is right for both."""
