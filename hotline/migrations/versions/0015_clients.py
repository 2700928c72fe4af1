"""OAuth2 clients and their tokens; whose help a lead asked for; orders by their day"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_clients()
    _create_tokens()
    _create_co_handling()
    op.create_index(op.f("ix_work_order_issued"), "work_order", ["dispatched_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_work_order_issued"), table_name="work_order")
    for table in ("co_handling", "access_token", "client_secret", "api_client"):
        op.drop_table(table)


def _create_clients() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_api_client_client_id")),
    )
    op.create_index(op.f("ix_api_client_department"), "api_client", ["department"])
    op.create_table(
        "client_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client"], ["api_client.id"], name=op.f("fk_client_secret_client_api_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_secret")),
        sa.UniqueConstraint("digest", name=op.f("uq_client_secret_digest")),
    )
    op.create_index(op.f("ix_client_secret_client"), "client_secret", ["client"])


def _create_tokens() -> None:
    op.create_table(
        "access_token",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("client", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["api_client.id"], name=op.f("fk_access_token_client_api_client")
        ),
        sa.ForeignKeyConstraint(
            ["secret"], ["client_secret.id"], name=op.f("fk_access_token_secret_client_secret")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_token")),
    )
    op.create_index(op.f("ix_access_token_client"), "access_token", ["client"])


def _create_co_handling() -> None:
    op.create_table(
        "co_handling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("assisting_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assisting_id"],
            ["work_order.id"],
            name=op.f("fk_co_handling_assisting_id_work_order"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_co_handling_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_handling")),
        sa.UniqueConstraint("order_id", "count", name=op.f("uq_co_handling_order_id_count")),
    )
    op.create_index(op.f("ix_co_handling_order_id"), "co_handling", ["order_id"])
    op.create_index(
        op.f("uq_co_handling_open"),
        "co_handling",
        ["order_id", "department"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
