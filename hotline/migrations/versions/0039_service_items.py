"""items of government services, and their versions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_TEXTS = (
    *("status", "name", "kind", "department_code", "authority", "time_limit", "fee", "outcome"),
    *("source", "note", "drafted_by", "reviewed_by", "published_by", "expired_by"),
)
_LISTS = (
    *("basis", "conditions", "steps", "materials", "forms", "aliases", "matter_codes"),
    *("windows", "across", "missing"),
)


def _word(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "service_item",
        _number("id"),
        _word("code"),
        _word("district_code"),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        _number("version"),
        _word("seed"),
        sa.Column("created_at", _MOMENT, nullable=False),
        _word("created_by"),
        sa.ForeignKeyConstraint(
            ["district_code"], ["district.code"], name="fk_service_item_district_code_district"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_item"),
        sa.UniqueConstraint("code", "district_code", name="uq_service_item_code_district_code"),
    )
    for column in ("changed", "district_code"):
        op.create_index(f"ix_service_item_{column}", "service_item", [column])
    _versions()


def _versions() -> None:
    op.create_table(
        "item_version",
        *(_number(name) for name in ("id", "item_id", "number")),
        *(_word(name) for name in _TEXTS),
        *(sa.Column(name, JSONB(), nullable=False) for name in _LISTS),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("unknown_code", "sample")),
        sa.Column("drafted_at", _MOMENT, nullable=False),
        *(
            sa.Column(name, _MOMENT, nullable=True)
            for name in ("reviewed_at", "published_at", "expired_at")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.{key}"], name=f"fk_item_version_{column}_{table}"
            )
            for column, table, key in (
                ("item_id", "service_item", "id"),
                ("department_code", "department", "code"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_item_version"),
        sa.UniqueConstraint("item_id", "number", name="uq_item_version_item_id_number"),
    )
    op.create_index("ix_item_version_department_code", "item_version", ["department_code"])
    _one_of("under_way", ["item_id"], "'draft', 'review', 'approved'")
    _one_of("shown", ["item_id", "valid_from"], "'published', 'expired'")


def _one_of(name: str, columns: list[str], statuses: str) -> None:
    op.create_index(
        f"uq_item_version_{name}",
        "item_version",
        columns,
        unique=True,
        postgresql_where=sa.text(f"status IN ({statuses})"),
    )


def downgrade() -> None:
    op.drop_table("item_version")
    op.drop_table("service_item")
