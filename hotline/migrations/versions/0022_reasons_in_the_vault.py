"""reasons in the vault, and no word of a sealed ticket in a precedent"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORDS = ("person_hold", "person_correction")
_REASONS = ("access_log", "person_erasure")
# The master key is not here: the hour's sweep seals what stands in the old columns (`left_plain`).
_WITHHOLD = """
UPDATE precedent SET basis = '密件会商裁定' WHERE basis <> ''
AND ticket IN (SELECT number FROM ticket WHERE confidentiality = 'sealed')
"""


def upgrade() -> None:
    for table in _WORDS:
        op.add_column(table, sa.Column("sealed_words", sa.LargeBinary(), nullable=True))
    for table in _REASONS:
        op.add_column(table, sa.Column("sealed_reason", sa.LargeBinary(), nullable=True))
    # Views are over within a minute: whoever held one gives their reason again.
    op.execute("DELETE FROM identity_view")
    op.drop_column("identity_view", "reason")
    op.add_column("identity_view", sa.Column("sealed_reason", sa.LargeBinary(), nullable=False))
    op.execute(_WITHHOLD)


def downgrade() -> None:
    """What was sealed since can't be read by the version before."""
    op.execute("DELETE FROM identity_view")
    op.drop_column("identity_view", "sealed_reason")
    op.add_column("identity_view", sa.Column("reason", sa.String(), nullable=False))
    for table in _REASONS:
        op.drop_column(table, "sealed_reason")
    for table in _WORDS:
        op.drop_column(table, "sealed_words")
