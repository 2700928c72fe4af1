"""leftovers of reports"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("report", "indicator_freezing")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(
            table, sa.Column("tries", sa.SmallInteger(), nullable=False, server_default="0")
        )
        op.alter_column(table, "tries", server_default=None)
        op.add_column(table, sa.Column("retry_at", _MOMENT, nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "retry_at")
        op.drop_column(table, "tries")
