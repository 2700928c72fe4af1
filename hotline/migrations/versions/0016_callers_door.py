"""the requester's own page"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_link()
    _create_addition()
    op.create_table(
        "requester_lookup",
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_requester_lookup")),
    )
    op.create_index(
        op.f("ix_requester_lookup_failed_at"), "requester_lookup", ["failed_at"], unique=False
    )
    op.add_column(
        "rating",
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )


def _create_link() -> None:
    op.create_table(
        "requester_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_requester_link_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requester_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_requester_link_digest")),
    )
    for column in ("ticket_id", "expires_at"):
        name = op.f(f"ix_requester_link_{column}")
        op.create_index(name, "requester_link", [column], unique=False)


def _create_addition() -> None:
    op.create_table(
        "addition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_addition_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
    )
    op.create_index(op.f("ix_addition_ticket_id"), "addition", ["ticket_id"], unique=False)


def downgrade() -> None:
    op.drop_column("rating", "reasons")
    for table in ("requester_lookup", "addition", "requester_link"):
        op.drop_table(table)
