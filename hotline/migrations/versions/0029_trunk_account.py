"""the account that a carrier asks for"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "trunk_account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("realm", sa.String(), nullable=False),
        sa.Column("registrar", sa.String(), nullable=False),
        sa.Column("expires_s", sa.Integer(), nullable=False),
        sa.Column("sealed_ha1", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", _MOMENT, nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_trunk_account"),
    )


def downgrade() -> None:
    op.drop_table("trunk_account")
