"""the log's seals, and its guard: what has been written there is neither changed nor removed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_GUARDED = ("event", "seal", "sealed_chain")
_REFUSE = """
CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
# A seal is written in two steps of one transaction: its root follows what it seals.
_CHANGED = {"seal": "WHEN (OLD.root <> '')"}


def upgrade() -> None:
    op.create_table(
        "seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto_xid", sa.BigInteger(), nullable=False),
        sa.Column("upto_id", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_seal")),
    )
    op.create_table(
        "sealed_chain",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["day"], ["seal.day"], name=op.f("fk_sealed_chain_day_seal")),
        sa.PrimaryKeyConstraint("day", "chain", name=op.f("pk_sealed_chain")),
    )
    op.execute(_REFUSE)
    for table in _GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW "
            f"{_CHANGED.get(table, '')} EXECUTE FUNCTION history_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW "
            "EXECUTE FUNCTION history_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION history_is_append_only()"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER event_unchanged ON event")
    op.execute("DROP TRIGGER event_kept ON event")
    op.execute("DROP TRIGGER event_not_emptied ON event")
    op.drop_table("sealed_chain")
    op.drop_table("seal")
    op.execute("DROP FUNCTION history_is_append_only()")
