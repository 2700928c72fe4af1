"""holds, erasures and views of people's data"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "identity_view",
        sa.Column("digest", sa.String(), nullable=False),
        _person(),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        _belongs("identity_view"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_identity_view")),
    )
    for column in ("expires_at", "person_id"):
        op.create_index(op.f(f"ix_identity_view_{column}"), "identity_view", [column])
    op.create_table(
        "person_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        _person(),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lifted_why", sa.String(), nullable=False),
        _belongs("person_hold"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_hold")),
    )
    op.create_index(op.f("ix_person_hold_person_id"), "person_hold", ["person_id"])
    op.create_index(
        "uq_person_hold_present",
        "person_hold",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "person_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        _person(),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("sealed_before", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_after", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _belongs("person_correction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_correction")),
    )
    op.create_index(op.f("ix_person_correction_person_id"), "person_correction", ["person_id"])
    op.create_table(
        "person_erasure",
        _person(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("recordings", sa.Integer(), nullable=False),
        _belongs("person_erasure"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_erasure")),
    )


def downgrade() -> None:
    for table in ("person_erasure", "person_correction", "person_hold", "identity_view"):
        op.drop_table(table)


def _person() -> sa.Column[object]:
    return sa.Column("person_id", sa.Uuid(), nullable=False)


def _belongs(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_person")
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=name)
