"""people's departments, districts and clearance; sessions that can be named"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _add_text("account", "department")
    _add_text("account", "district")
    op.add_column(
        "account",
        sa.Column(
            "clearance", sa.String(), nullable=False, server_default=sa.text("'confidential'")
        ),
    )
    _add_text("account", "issuer")
    _add_text("account", "subject")
    op.add_column(
        "account",
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.add_column("account", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "account",
        sa.Column(
            "must_change_password", sa.Boolean(), nullable=False, server_default=sa.text("false")
        ),
    )
    op.add_column(
        "account",
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
    )
    op.create_index(
        "uq_account_issuer_subject",
        "account",
        ["issuer", "subject"],
        unique=True,
        postgresql_where=sa.text("subject <> ''"),
    )
    op.add_column(
        "login_session",
        sa.Column(
            "public_id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")
        ),
    )
    op.create_unique_constraint(op.f("uq_login_session_public_id"), "login_session", ["public_id"])
    _add_text("login_session", "device")
    op.add_column("login_session", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    _add_text("api_key", "scopes")


def downgrade() -> None:
    op.drop_column("api_key", "scopes")
    for name in ("seen_at", "device", "public_id"):
        op.drop_column("login_session", name)
    op.drop_index("uq_account_issuer_subject", "account")
    for name in (
        "version",
        "must_change_password",
        "disabled_at",
        "failed_at",
        "locked_until",
        "failed_sign_ins",
        "subject",
        "issuer",
        "clearance",
        "district",
        "department",
    ):
        op.drop_column("account", name)


def _add_text(table: str, column: str) -> None:
    """Add a text that the rows there are do not have yet."""
    empty = sa.Column(column, sa.String(), nullable=False, server_default=sa.text("''"))
    op.add_column(table, empty)
