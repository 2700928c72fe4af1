"""words beside a sealed ticket"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = (
    "arbitration",
    "cluster_member",
    "co_handling",
    "contact",
    "decline",
    "direct_answer",
    "extension",
    "hand_over",
    "info_request",
    "notice",
    "order_return",
    "redo",
    "reply",
    "sealing",
    "supervision",
    "suspension",
    "work_order",
)


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("sealed_words", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "sealed_words")
